#pragma once

/// The sources as the architecture rules see them: areas in their order, what each declares to
/// use, and the #include lines of every file. Read as text; nothing is compiled.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace ri::architecture {

struct Include {
  std::string path;  ///< "base/result.h", as written between the quotes or brackets
  bool quoted = false;
  std::size_t line = 0;  ///< 1-based
};

struct SourceFile {
  std::string path;  ///< relative to the root: "src/base/result.h"
  std::string area;  ///< folder of the area, "data/sqlite"; empty outside src/
  bool is_header = false;
  /// Test or benchmark code: named *_test.* or *_benchmark.*, including a test library, or listed
  /// (itself, or a .cc of the same name) in SRCS of ri_test or ri_benchmark.
  bool is_test = false;
  bool has_pragma_once = false;
  std::size_t num_lines = 0;
  std::vector<Include> includes;
};

struct Area {
  std::string folder;             ///< below src/: "data/sqlite"
  bool declared = false;          ///< has a CMakeLists.txt with ri_library(NAME data_sqlite ...)
  std::vector<std::string> uses;  ///< folders named in DEPS
  std::vector<std::string> tests_use;  ///< folders named in LIBS of ri_test or ri_benchmark
  /// SRCS of ri_test and ri_benchmark, relative to the root, without extension: "src/data/x_test"
  std::vector<std::string> test_sources;
};

struct SourceTree {
  std::vector<Area> areas;        ///< bottom first, the order of the root CMakeLists.txt
  std::vector<SourceFile> files;  ///< of src/, apps/, tests/, bench/ and fuzz/, sorted by path
};

/// Reads the tree below `root`. kNotFound without a root CMakeLists.txt, kBadInput when that has no
/// `foreach(area IN ITEMS ...)` or an area's lists name a target that is no area.
[[nodiscard]] Result<SourceTree> ReadSourceTree(const std::filesystem::path& root);

/// Folder of the area that holds `path` ("data/sqlite/store.h" -> "data/sqlite"), the longest that
/// fits; empty when none does.
[[nodiscard]] std::string AreaOf(const SourceTree& tree, const std::string& path);

}  // namespace ri::architecture
