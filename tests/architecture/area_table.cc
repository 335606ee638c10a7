#include "area_table.h"

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <sstream>

namespace ri::architecture {
namespace {

struct Row {
  std::size_t position = 0;
  std::vector<std::string> uses;
};

/// Texts between backticks.
std::vector<std::string> CodeWords(const std::string& cell) {
  static const std::regex kWord("`([^`]+)`");
  std::vector<std::string> words;
  for (std::sregex_iterator it(cell.begin(), cell.end(), kWord), end; it != end; ++it) {
    words.push_back((*it)[1].str());
  }
  return words;
}

/// Rows "| `area` | text | `used`, `used` |" by area.
std::map<std::string, Row> ReadRows(const std::string& markdown) {
  static const std::regex kRow(R"(^\| `([a-z/]+)` \|[^|]*\|([^|]*)\|$)");
  std::map<std::string, Row> rows;
  std::istringstream lines(markdown);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, kRow)) {
      rows.try_emplace(match[1].str(), Row{rows.size(), CodeWords(match[2].str())});
    }
  }
  return rows;
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "`" : ", `") + word + "`";
  }
  return text;
}

/// In the order of the areas, each once.
std::vector<std::string> InOrder(const SourceTree& tree, const std::vector<std::string>& uses) {
  std::vector<std::string> ordered;
  for (const Area& area : tree.areas) {
    if (std::ranges::find(uses, area.folder) != uses.end()) {
      ordered.push_back(area.folder);
    }
  }
  return ordered;
}

}  // namespace

std::vector<std::string> CompareAreaTable(const SourceTree& tree, const std::string& markdown) {
  const std::map<std::string, Row> rows = ReadRows(markdown);
  std::vector<std::string> differences;
  std::optional<std::size_t> previous;
  for (const Area& area : tree.areas) {
    const auto row = rows.find(area.folder);
    if (row == rows.end()) {
      differences.push_back("no row for `" + area.folder + "`.");
      continue;
    }
    if (previous && row->second.position < *previous) {
      differences.push_back("the row of `" + area.folder + "` is not in the order of the areas.");
    }
    previous = row->second.position;
    const std::vector<std::string> uses = InOrder(tree, area.uses);
    if (area.declared && row->second.uses != uses) {
      differences.push_back("`" + area.folder + "` uses " +
                            (uses.empty() ? "nothing" : Join(uses)) + "; the row says otherwise.");
    }
  }
  return differences;
}

}  // namespace ri::architecture
