#include "source_tree.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <sstream>
#include <utility>

namespace ri::architecture {
namespace {

namespace fs = std::filesystem;

Result<std::string> ReadText(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return Fail(ErrorCode::kNotFound, "Cannot read " + path.string() + ".");
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

/// Arguments of every call of a CMake command in a list file, comments left out.
std::vector<std::vector<std::string>> CallsOf(const std::string& command, const std::string& text) {
  const std::string code = std::regex_replace(text, std::regex("#[^\n]*"), "");
  const std::regex call("\\b" + command + "\\s*\\(([^)]*)\\)");
  std::vector<std::vector<std::string>> calls;
  for (std::sregex_iterator it(code.begin(), code.end(), call), end; it != end; ++it) {
    std::istringstream words((*it)[1].str());
    calls.emplace_back(std::istream_iterator<std::string>(words),
                       std::istream_iterator<std::string>());
  }
  return calls;
}

bool IsKeyword(const std::string& word) {
  return word == "NAME" || word == "SRCS" || word == "DEPS" || word == "LIBS" ||
         word == "PUBLIC_LIBS" || word == "TIMEOUT";
}

/// Words between a keyword and the next one.
std::vector<std::string> ValuesOf(const std::string& keyword,
                                  const std::vector<std::string>& arguments) {
  auto begin = std::find(arguments.begin(), arguments.end(), keyword);
  if (begin == arguments.end()) {
    return {};
  }
  ++begin;
  return {begin, std::find_if(begin, arguments.end(), IsKeyword)};
}

std::string TargetName(std::string folder) {
  std::replace(folder.begin(), folder.end(), '/', '_');
  return folder;
}

/// Folders of the areas among link items such as "ri::data_sqlite"; other items are left out.
Result<std::vector<std::string>> FoldersOf(const std::vector<Area>& areas,
                                           const std::vector<std::string>& items) {
  std::vector<std::string> folders;
  for (const std::string& item : items) {
    if (!item.starts_with("ri::")) {
      continue;
    }
    const auto area = std::find_if(areas.begin(), areas.end(), [&](const Area& candidate) {
      return TargetName(candidate.folder) == item.substr(4);
    });
    if (area == areas.end()) {
      return Fail(ErrorCode::kBadInput, item + " is no area of the root CMakeLists.txt.");
    }
    folders.push_back(area->folder);
  }
  return folders;
}

Status ReadDeclaration(const fs::path& list_file, const std::vector<Area>& areas, Area& area) {
  RI_ASSIGN_OR_RETURN(const std::string text, ReadText(list_file));
  for (const auto& arguments : CallsOf("ri_library", text)) {
    if (ValuesOf("NAME", arguments) == std::vector{TargetName(area.folder)}) {
      area.declared = true;
      RI_ASSIGN_OR_RETURN(area.uses, FoldersOf(areas, ValuesOf("DEPS", arguments)));
    }
  }
  for (const std::string command : {"ri_test", "ri_benchmark"}) {
    for (const auto& arguments : CallsOf(command, text)) {
      RI_ASSIGN_OR_RETURN(const auto folders, FoldersOf(areas, ValuesOf("LIBS", arguments)));
      area.tests_use.insert(area.tests_use.end(), folders.begin(), folders.end());
      for (const std::string& source : ValuesOf("SRCS", arguments)) {
        const fs::path path = fs::path("src") / area.folder / source;
        area.test_sources.push_back(path.lexically_normal().replace_extension().generic_string());
      }
    }
  }
  return {};
}

std::optional<Include> ParseInclude(const std::string& line, std::size_t number) {
  static const std::regex kInclude(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::smatch match;
  if (!std::regex_search(line, match, kInclude)) {
    return std::nullopt;
  }
  return Include{.path = match[2].str(), .quoted = match[1].str() == "\"", .line = number};
}

bool IsListedAsTest(const SourceTree& tree, const fs::path& path) {
  const std::string name = fs::path(path).replace_extension().generic_string();
  return std::ranges::any_of(tree.areas, [&](const Area& area) {
    return std::ranges::find(area.test_sources, name) != area.test_sources.end();
  });
}

bool IsTestLibrary(const std::string& include) {
  return include.starts_with("gtest/") || include.starts_with("gmock/") ||
         include.starts_with("benchmark/") || include.starts_with("rapidcheck");
}

Result<SourceFile> ReadSourceFile(const fs::path& root, const fs::path& path,
                                  const SourceTree& tree) {
  SourceFile file;
  file.path = path.lexically_relative(root).generic_string();
  if (file.path.starts_with("src/")) {
    file.area = AreaOf(tree, file.path.substr(4));
  }
  file.is_header = path.extension() == ".h";
  const std::string stem = path.stem().string();
  file.is_test =
      stem.ends_with("_test") || stem.ends_with("_benchmark") || IsListedAsTest(tree, file.path);
  RI_ASSIGN_OR_RETURN(const std::string text, ReadText(path));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    ++file.num_lines;
    file.has_pragma_once = file.has_pragma_once || line.starts_with("#pragma once");
    if (auto include = ParseInclude(line, file.num_lines)) {
      file.is_test = file.is_test || IsTestLibrary(include->path);
      file.includes.push_back(*std::move(include));
    }
  }
  return file;
}

}  // namespace

std::string AreaOf(const SourceTree& tree, const std::string& path) {
  std::string longest;
  for (const Area& area : tree.areas) {
    if (path.starts_with(area.folder + "/") && area.folder.size() > longest.size()) {
      longest = area.folder;
    }
  }
  return longest;
}

Result<SourceTree> ReadSourceTree(const std::filesystem::path& root) {
  SourceTree tree;
  RI_ASSIGN_OR_RETURN(const std::string root_list, ReadText(root / "CMakeLists.txt"));
  for (const auto& arguments : CallsOf("foreach", root_list)) {
    if (arguments.size() > 3 && arguments[0] == "area") {
      for (std::size_t i = 3; i < arguments.size(); ++i) {
        tree.areas.push_back({.folder = arguments[i]});
      }
    }
  }
  if (tree.areas.empty()) {
    return Fail(ErrorCode::kBadInput, "The root CMakeLists.txt has no foreach(area IN ITEMS ...).");
  }
  for (Area& area : tree.areas) {
    const fs::path list_file = root / "src" / area.folder / "CMakeLists.txt";
    if (fs::exists(list_file)) {
      if (Status status = ReadDeclaration(list_file, tree.areas, area); !status) {
        return std::unexpected(status.error().In("src/" + area.folder + "/CMakeLists.txt"));
      }
    }
  }
  for (const char* folder : {"src", "apps", "tests", "bench", "fuzz"}) {
    if (!fs::exists(root / folder)) {
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const fs::path& path = entry.path();
      if (entry.is_regular_file() && (path.extension() == ".h" || path.extension() == ".cc")) {
        RI_ASSIGN_OR_RETURN(SourceFile file, ReadSourceFile(root, path, tree));
        tree.files.push_back(std::move(file));
      }
    }
  }
  std::ranges::sort(tree.files, {}, &SourceFile::path);
  return tree;
}

}  // namespace ri::architecture
