#include "rules.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string_view>

namespace ri::architecture {
namespace {

/// Where a library from outside may be included.
struct LibraryRule {
  std::string_view prefix;           ///< of the include path
  std::vector<std::string> areas;    ///< whose .cc files may; empty: any
  std::vector<std::string> headers;  ///< areas whose headers may, too; empty: none
  bool light = false;                ///< every header may
  std::string_view named{};          ///< headers with this word in their name may; empty: none
};

/// The first rule whose prefix fits applies.
const std::vector<LibraryRule>& LibraryRules() {
  static const std::vector<LibraryRule> kRules = {
      {"xgboost/", {"models"}, {}},
      {"sqlite3.h", {"data/sqlite"}, {"data/sqlite"}},
      {"libpq", {"data/postgres"}, {"data/postgres"}},
      {"boost/beast", {"api"}, {"api"}},
      {"boost/asio", {"api"}, {"api"}},
      {"boost/", {}, {}},
      {"openssl/", {"api"}, {}},
      {"cjose/", {"identity"}, {}},
      {"sodium", {"base", "api"}, {}},
      {"curl/", {"delivery"}, {}},
      {"CLI/", {"cli"}, {"cli"}},
      {"nlohmann/json_fwd", {}, {}, true},
      {"nlohmann/", {}, {}, false, "json"},
      {"toml++/", {}, {}, false, "toml"},
      {"Eigen/", {}, {}},
      {"fmt/", {}, {}},
      {"spdlog/", {}, {}},
      {"fast_float/", {}, {}},
  };
  return kRules;
}

/// Values and algorithms only: these know no format of files or messages.
constexpr std::array<std::string_view, 3> kPureAreas = {"base", "domain", "metrics"};
constexpr std::array<std::string_view, 2> kFormatLibraries = {"nlohmann/", "toml++/"};
constexpr std::array<std::string_view, 8> kEmptyNames = {"util",   "utils",   "helper", "helpers",
                                                         "common", "commons", "misc",   "stuff"};

bool MayStandInHeader(const LibraryRule& rule, const SourceFile& file) {
  const std::string name = std::filesystem::path(file.path).stem().string();
  return rule.light || (!rule.named.empty() && name.contains(rule.named)) ||
         std::ranges::find(rule.headers, file.area) != rule.headers.end();
}

template <typename Range, typename Value>
bool Contains(const Range& range, const Value& value) {
  return std::find(range.begin(), range.end(), value) != range.end();
}

class Checker {
 public:
  explicit Checker(const SourceTree& tree) : tree_(tree) {}

  std::vector<std::string> Run() {
    for (const SourceFile& file : tree_.files) {
      CheckFile(file);
      for (const Include& include : file.includes) {
        CheckInclude(file, include);
      }
    }
    return std::move(violations_);
  }

 private:
  void Report(const SourceFile& file, const std::string& text) {
    violations_.push_back(file.path + ": " + text);
  }
  void Report(const SourceFile& file, const Include& include, const std::string& text) {
    violations_.push_back(file.path + ":" + std::to_string(include.line) + ": " + text);
  }

  void CheckFile(const SourceFile& file) {
    if (file.num_lines > kMostLines) {
      Report(file, std::to_string(file.num_lines) + " lines, at most " +
                       std::to_string(kMostLines) + ": move the second concept to its own file.");
    }
    if (file.is_header && !file.has_pragma_once) {
      Report(file, "a header begins with #pragma once.");
    }
    for (const auto& part : std::filesystem::path(file.path)) {
      if (Contains(kEmptyNames, part.stem().string())) {
        Report(file, "'" + part.string() + "' says nothing: name the concept.");
      }
    }
    if (file.path.starts_with("src/") && file.area.empty()) {
      Report(file, "is in no area; add its folder to the root CMakeLists.txt or move it.");
    } else if (!file.area.empty() && !AreaNamed(file.area).declared &&
               reported_.insert(file.area).second) {
      Report(file, "src/" + file.area + "/CMakeLists.txt has no ri_library for its area.");
    }
  }

  void CheckInclude(const SourceFile& file, const Include& include) {
    const std::string used = AreaOf(tree_, include.path);
    if (include.quoted && used.empty()) {
      if (!file.area.empty()) {
        Report(file, include,
               "\"" + include.path + "\" is not the path of a file of an area, from src/.");
      }
    } else if (include.quoted) {
      CheckAreaUse(file, include, used);
    } else if (!file.area.empty() && !file.is_test) {
      CheckLibraryUse(file, include);
    }
  }

  void CheckAreaUse(const SourceFile& file, const Include& include, const std::string& used) {
    if (file.area.empty() || used == file.area) {
      return;
    }
    const Area& area = AreaNamed(file.area);
    if (file.is_test && Contains(area.tests_use, used)) {
      return;
    }
    if (Position(used) > Position(file.area)) {
      Report(file, include, "'" + file.area + "' may not use '" + used + "', an area above it.");
    } else if (area.declared && !Contains(area.uses, used) &&
               reported_.insert(file.area + ">" + used).second) {
      Report(file, include,
             "'" + file.area + "' uses '" + used + "' without saying so: add it to DEPS in src/" +
                 file.area + "/CMakeLists.txt.");
    }
  }

  void CheckLibraryUse(const SourceFile& file, const Include& include) {
    const std::string_view path = include.path;
    const auto fits = [&](std::string_view prefix) { return path.starts_with(prefix); };
    if (Contains(kPureAreas, file.area) && std::ranges::any_of(kFormatLibraries, fits)) {
      Report(file, include, "'" + file.area + "' knows no file formats.");
      return;
    }
    const auto& rules = LibraryRules();
    const auto rule = std::ranges::find_if(rules, fits, &LibraryRule::prefix);
    if (rule == rules.end()) {
      return;
    }
    if (!rule->areas.empty() && !Contains(rule->areas, file.area)) {
      Report(file, include, "<" + include.path + "> belongs to its adapter only.");
    } else if (file.is_header && !MayStandInHeader(*rule, file)) {
      Report(
          file, include,
          "<" + include.path + "> in a header: declare what is needed and include it in the .cc.");
    }
  }

  [[nodiscard]] std::size_t Position(const std::string& folder) const {
    const auto found = std::ranges::find(tree_.areas, folder, &Area::folder);
    return static_cast<std::size_t>(found - tree_.areas.begin());
  }
  [[nodiscard]] const Area& AreaNamed(const std::string& folder) const {
    return tree_.areas[Position(folder)];
  }

  const SourceTree& tree_;
  std::vector<std::string> violations_;
  std::set<std::string> reported_;  ///< what is said once per area
};

}  // namespace

std::vector<std::string> FindViolations(const SourceTree& tree) { return Checker(tree).Run(); }

}  // namespace ri::architecture
