#include "ingest/row_source.h"

#include <utility>

#include "ingest/byte_source.h"
#include "ingest/csv_reader.h"

namespace ri::ingest {

Result<std::unique_ptr<RowSource>> OpenRows(const std::string& path, const OpenOptions& options) {
  RI_ASSIGN_OR_RETURN(const Container container, DetectContainer(path));
  if (container == Container::kZip) {
    return Fail(ErrorCode::kBadInput, path + " is a zip archive; unpack it first.");
  }
  RI_ASSIGN_OR_RETURN(auto bytes, OpenBytes(path));
  auto rows = OpenCsv(std::move(bytes), container == Container::kGzip ? "csv.gz" : "csv", options);
  if (!rows) {
    return std::unexpected(rows.error().In(path));
  }
  return rows;
}

Result<std::vector<std::string>> ListMembers(const std::string& path) {
  RI_RETURN_IF_ERROR(DetectContainer(path));
  return std::vector<std::string>{std::string()};
}

Result<Table> ReadTable(const std::string& path, std::size_t max_rows, const OpenOptions& options) {
  RI_ASSIGN_OR_RETURN(auto rows, OpenRows(path, options));
  Table table;
  table.columns.resize(rows->facts().header.size());
  Row row;
  while (table.lines.size() < max_rows) {
    auto more = rows->Next(row);
    if (!more) {
      return std::unexpected(more.error().In(path));
    }
    if (!*more) {
      break;
    }
    if (!row.malformed.empty()) {
      ++table.num_malformed;
      continue;
    }
    for (std::size_t j = 0; j < row.cells.size(); ++j) {
      table.columns[j].emplace_back(row.cells[j]);
    }
    table.lines.push_back(row.line);
  }
  table.facts = rows->facts();
  return table;
}

}  // namespace ri::ingest
