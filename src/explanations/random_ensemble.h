#pragma once

/// Random small models and rows for tests: ties with thresholds, missing values, repeated features.

#include <cstdint>
#include <span>
#include <vector>

#include "base/matrix.h"
#include "models/tree_ensemble.h"

namespace ri::explanations::testing {

struct EnsembleShape {
  int trees = 3;
  int depth = 3;  ///< at most; branches stop early with `leaf_probability`
  std::size_t features = 5;
  double leaf_probability = 0.1;  ///< that a node above the greatest depth is a leaf
  std::size_t used_features = 0;  ///< splits use only the first ones; 0 = all
};

/// Thresholds and row values lie on the same coarse grid, so that x == threshold happens often.
/// Covers are consistent: a parent's is the sum of its children's.
[[nodiscard]] models::TreeEnsemble RandomEnsemble(const EnsembleShape& shape, std::uint64_t seed);

/// Rows on the grid of RandomEnsemble, `missing` of them NaN; sometimes an infinity.
[[nodiscard]] base::Matrix<float> RandomRows(std::size_t rows, std::size_t features, double missing,
                                             std::uint64_t seed);

/// Appends a split to a tree under construction and returns its index; children are set by hand.
std::size_t AddSplit(models::Tree& tree, std::int32_t feature, float threshold, bool default_left,
                     double cover);
std::size_t AddLeaf(models::Tree& tree, double value, double cover);

/// One split, two leaves: x < threshold gives `left`.
[[nodiscard]] models::Tree Stump(std::int32_t feature, float threshold, double left, double right);

/// The textbook Shapley value of a set function over all 2^features coalitions: `value_of[mask]`.
[[nodiscard]] std::vector<double> ShapleyByEnumeration(std::span<const double> value_of,
                                                       std::size_t features);

/// Interventional values of one row by enumerating all coalitions: the definition itself.
[[nodiscard]] std::vector<double> BruteForceInterventional(const models::TreeEnsemble& ensemble,
                                                           base::MatrixView<const float> background,
                                                           std::span<const float> row);

}  // namespace ri::explanations::testing
