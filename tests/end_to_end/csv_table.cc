#include "csv_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace ri::end_to_end {
namespace {

std::vector<std::string> SplitLine(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char character = line[i];
    if (character == '"') {
      if (quoted && i + 1 < line.size() && line[i + 1] == '"') {
        cells.back() += '"';
        ++i;
      } else {
        quoted = !quoted;
      }
    } else if (character == ',' && !quoted) {
      cells.emplace_back();
    } else if (character != '\r') {
      cells.back() += character;
    }
  }
  return cells;
}

std::string JoinLine(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t j = 0; j < cells.size(); ++j) {
    line += j > 0 ? "," : "";
    const bool quote = cells[j].find_first_of(",\"") != std::string::npos;
    std::string cell = cells[j];
    for (std::size_t at = cell.find('"'); at != std::string::npos; at = cell.find('"', at + 2)) {
      cell.insert(at, 1, '"');
    }
    line += quote ? "\"" + cell + "\"" : cell;
  }
  return line + "\n";
}

}  // namespace

std::size_t CsvTable::Column(const std::string& name) const {
  const auto found = std::ranges::find(header, name);
  EXPECT_NE(found, header.end()) << "no column " << name;
  return static_cast<std::size_t>(found - header.begin());
}

std::string CsvTable::ToText() const {
  std::string text = JoinLine(header);
  for (const auto& row : rows) {
    text += JoinLine(row);
  }
  return text;
}

std::map<std::string, std::string> CsvTable::Index(const std::string& key,
                                                   const std::string& value) const {
  const std::size_t key_column = Column(key);
  const std::size_t value_column = Column(value);
  std::map<std::string, std::string> index;
  for (const auto& row : rows) {
    index[row[key_column]] = row[value_column];
  }
  return index;
}

CsvTable ParseCsv(const std::string& text) {
  CsvTable table;
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {
    if (table.header.empty()) {
      table.header = SplitLine(line);
    } else if (!line.empty()) {
      table.rows.push_back(SplitLine(line));
    }
  }
  return table;
}

}  // namespace ri::end_to_end
