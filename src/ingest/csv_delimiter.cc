#include "ingest/csv_delimiter.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace ri::ingest {
namespace {

constexpr std::size_t kRowsToLookAt = 100;

/// Cells of each of the first rows if `delimiter` is right; blank lines are left out.
std::vector<std::size_t> CellCounts(std::string_view sample, char delimiter, bool complete) {
  std::vector<std::size_t> counts;
  std::size_t cells = 1;
  bool at_cell_begin = true;
  bool in_quotes = false;
  bool blank = true;
  for (std::size_t i = 0; i < sample.size() && counts.size() < kRowsToLookAt; ++i) {
    const char c = sample[i];
    if (in_quotes) {
      if (c == '"') {
        if (i + 1 < sample.size() && sample[i + 1] == '"') {
          ++i;
        } else {
          in_quotes = false;
        }
      }
      continue;
    }
    if (c == '"' && at_cell_begin) {
      in_quotes = true;
      at_cell_begin = false;
      blank = false;
    } else if (c == delimiter) {
      ++cells;
      at_cell_begin = true;
      blank = false;
    } else if (c == '\n' || c == '\r') {
      if (!blank) {
        counts.push_back(cells);
      }
      cells = 1;
      at_cell_begin = true;
      blank = true;
    } else {
      at_cell_begin = false;
      blank = false;
    }
  }
  if (complete && !blank && counts.size() < kRowsToLookAt) {
    counts.push_back(cells);
  }
  return counts;
}

}  // namespace

char DetectDelimiter(std::string_view sample, bool complete) {
  char best = ',';
  double best_score = 0;
  for (const char candidate : {',', ';', '\t', '|', '^', '`'}) {
    const std::vector<std::size_t> counts = CellCounts(sample, candidate, complete);
    if (counts.empty()) {
      continue;
    }
    // Titles may stand above the header: the width that most rows have counts then.
    const auto occurrences = [&counts](std::size_t width) {
      return std::count(counts.begin(), counts.end(), width);
    };
    std::size_t width = counts.front();
    for (const std::size_t other : counts) {
      width = occurrences(other) > occurrences(width) ? other : width;
    }
    if (width < 2) {
      continue;
    }
    const double share =
        static_cast<double>(occurrences(width)) / static_cast<double>(counts.size());
    // Agreement of the rows counts most; among delimiters that agree, the one that splits finer.
    const double score = share * share * static_cast<double>(width);
    if (score > best_score) {
      best_score = score;
      best = candidate;
    }
  }
  return best;
}

}  // namespace ri::ingest
