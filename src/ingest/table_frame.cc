#include "ingest/table_frame.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "ingest/header.h"

namespace ri::ingest {

std::size_t HeaderPosition(std::span<const RowShape> rows) {
  std::map<std::size_t, std::size_t> widths;
  for (const RowShape& row : rows) {
    ++widths[row.cells];
  }
  std::size_t width = 0;
  for (const auto& [cells, count] : widths) {
    width = width == 0 || count >= widths[width] ? cells : width;
  }
  constexpr std::size_t kNarrowest = 3;
  constexpr std::size_t kTitleCells = 2;
  if (width < kNarrowest) {
    return 0;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool title = rows[i].filled <= kTitleCells && rows[i].filled * 2 <= width;
    if (!title) {
      return rows[i].cells == width && rows[i].filled * 2 > width ? i : 0;
    }
  }
  return 0;
}

bool IsTotalsRow(std::span<const std::string_view> cells) {
  constexpr std::array<std::string_view, 17> kWords = {
      "total",  "totals",      "grand",     "sum",    "subtotal", "summe",
      "gesamt", "gesamtsumme", "somme",     "totale", "totaal",   "suma",
      "soma",   "count",       "insgesamt", "sums",   "totaux"};
  std::size_t filled = 0;
  std::string_view first;
  for (const std::string_view cell : cells) {
    const std::string_view text = Trim(cell);
    filled += text.empty() ? 0 : 1;
    first = first.empty() ? text : first;
  }
  if (cells.size() < 2 || filled == 0 || filled * 2 > cells.size()) {
    return false;
  }
  const std::size_t end = std::min(first.find_first_of(" :(\t"), first.size());
  return std::ranges::find(kWords, LowerCase(first.substr(0, end))) != kWords.end();
}

}  // namespace ri::ingest
