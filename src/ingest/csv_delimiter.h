#pragma once

/// Which character separates the cells of a CSV file.

#include <string_view>

namespace ri::ingest {

/// Picks the delimiter among , ; tab | ^ ` under which most rows of the sample have as many cells
/// as the first row, preferring more cells. `sample` is UTF-8 from the beginning of the file; its
/// last row may be cut off when `complete` is false. A single column gives ','.
[[nodiscard]] char DetectDelimiter(std::string_view sample, bool complete);

}  // namespace ri::ingest
