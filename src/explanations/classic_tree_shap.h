#pragma once

/// The published recursion for path-dependent values (Lundberg et al. 2018, algorithm 2) in double:
/// slow and independent of the kernels, which are held against it in tests and benchmarks.

#include <span>
#include <vector>

#include "models/tree_ensemble.h"

namespace ri::explanations::testing {

/// Contributions of one row in log-odds, without the base value.
[[nodiscard]] std::vector<double> ClassicTreeShap(const models::TreeEnsemble& ensemble,
                                                  std::span<const float> row);

/// Pairwise interaction values (features x features, row-major) of one row by the same recursion
/// with one feature fixed present and absent; the diagonal holds main effects, so that rows add up
/// to the contributions.
[[nodiscard]] std::vector<double> ClassicTreeShapInteractions(const models::TreeEnsemble& ensemble,
                                                              std::span<const float> row);

}  // namespace ri::explanations::testing
