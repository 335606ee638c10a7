#pragma once

/// What reports put around a table: titles above the header, totals below the last row.

#include <cstddef>
#include <span>
#include <string_view>

namespace ri::ingest {

/// Cells of one of the first rows of a file.
struct RowShape {
  std::size_t cells = 0;
  std::size_t filled = 0;  ///< cells with a text
};

/// Rows worth looking at to find the header.
inline constexpr std::size_t kRowsAboveHeader = 40;

/// Position of the header among the first rows: behind titles such as "Pipeline report", which
/// fill a cell or two of a table that is wider. 0 when in doubt.
[[nodiscard]] std::size_t HeaderPosition(std::span<const RowShape> rows);

/// True for "Total", "", "", "1,234.00": the first text speaks of a sum and at least half of the
/// cells are empty. A lone "Total" in a table of one column is none.
[[nodiscard]] bool IsTotalsRow(std::span<const std::string_view> cells);

}  // namespace ri::ingest
