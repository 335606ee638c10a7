#pragma once

/// A tree compiled for the interaction kernels.

#include <cstddef>

#include "explanations/path_program.h"
#include "models/tree_ensemble.h"

namespace ri::explanations {

/// Compiles one tree for tiles of `num_features` columns. The sums hold one column per feature,
/// then one per unordered pair at PairColumn(). \pre thresholds are finite
[[nodiscard]] PathProgram CompileInteractions(const models::Tree& tree, std::size_t num_features);

/// Column of a pair of distinct features; the order does not matter.
[[nodiscard]] std::size_t PairColumn(std::size_t a, std::size_t b, std::size_t num_features);

}  // namespace ri::explanations
