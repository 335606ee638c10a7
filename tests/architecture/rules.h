#pragma once

/// The rules of docs/architecture.md that a compiler does not check.
///
/// - An area includes only itself, and areas that come before it in the root CMakeLists.txt and
///   stand in the DEPS of its own ri_library. What a dependency uses is not used by right: whoever
///   includes a header declares its area, so that the lists tell the truth.
/// - Test code may in addition include what LIBS of its ri_test names.
/// - A quoted include names a file below src/, by its path from there (tests: or beside it).
/// - A library from outside stays within its adapter, and out of headers (see rules.cc).
/// - A file has at most kMostLines lines; a header has #pragma once.
/// - No file or folder is named after nothing in particular: utils, helpers, common, misc.

#include <string>
#include <vector>

#include "source_tree.h"

namespace ri::architecture {

/// Beyond this a file is sure to hold a second concept.
inline constexpr std::size_t kMostLines = 500;

/// One sentence per violation, "src/data/store.h:12: ...", in order of paths; empty when all is
/// well.
[[nodiscard]] std::vector<std::string> FindViolations(const SourceTree& tree);

}  // namespace ri::architecture
