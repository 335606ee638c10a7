#pragma once

/// A small CSV reader for checking the program's output: its own code, so that a fault of the
/// program's reader cannot hide itself. No line breaks inside cells.

#include <map>
#include <string>
#include <vector>

namespace ri::end_to_end {

struct CsvTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;

  [[nodiscard]] std::size_t Column(const std::string& name) const;
  /// Text of all rows, header first.
  [[nodiscard]] std::string ToText() const;
  /// key cell -> value cell
  [[nodiscard]] std::map<std::string, std::string> Index(const std::string& key,
                                                         const std::string& value) const;
};

[[nodiscard]] CsvTable ParseCsv(const std::string& text);

}  // namespace ri::end_to_end
