#include "parse_file.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

#include "ingest/row_source.h"
#include "measurement.h"

namespace ri::bench {
namespace {

/// True when the cell is a number; `sum` keeps the conversion from being left out.
bool ConvertNumber(std::string_view cell, double& sum) {
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size()) {
    return false;
  }
  sum += value;
  return true;
}

}  // namespace

Status ParseFile(const std::string& path) {
  const Stopwatch watch;
  RI_ASSIGN_OR_RETURN(const auto rows, ingest::OpenRows(path));
  ingest::Row row;
  std::int64_t num_rows = 0;
  std::int64_t num_cells = 0;
  std::int64_t num_numbers = 0;
  std::uint64_t num_bytes = 0;
  double sum = 0;
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool more, rows->Next(row));
    if (!more) {
      break;
    }
    ++num_rows;
    num_cells += static_cast<std::int64_t>(row.cells.size());
    for (const std::string_view cell : row.cells) {
      num_bytes += cell.size();
      num_numbers += ConvertNumber(cell, sum) ? 1 : 0;
    }
  }
  fmt::print(
      "{{\"rows\": {}, \"cells\": {}, \"numbers\": {}, \"cell_bytes\": {}, \"sum\": {}, "
      "\"file_bytes\": {}, \"wall\": {:.6f}, \"processor\": {:.6f}}}\n",
      num_rows, num_cells, num_numbers, num_bytes, sum, rows->bytes_total(), watch.wall(),
      watch.processor());
  return {};
}

}  // namespace ri::bench
