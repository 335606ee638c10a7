#pragma once

/// The table of areas in docs/architecture.md against the lists in CMake.

#include <string>
#include <vector>

#include "source_tree.h"

namespace ri::architecture {

/// One sentence per row of the Markdown table that is missing, out of order or names other areas
/// than DEPS; empty when text and lists agree. Areas without an ri_library are not compared.
[[nodiscard]] std::vector<std::string> CompareAreaTable(const SourceTree& tree,
                                                        const std::string& markdown);

}  // namespace ri::architecture
