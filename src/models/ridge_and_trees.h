#pragma once

/// The mean of a ridge and of trees: a head for few deals, where each errs in its own way.

#include <span>
#include <vector>

#include "base/matrix.h"
#include "models/ridge.h"
#include "models/tree_ensemble.h"

namespace ri::models {

/// margin(row) = ridge.Margin(row) + trees.Margin(row): both hold their share already, so that
/// reasons of the two parts add up to the reasons of the whole. Immutable once built; safe to share
/// between threads.
struct RidgeAndTrees {
  LinearModel ridge;
  TreeEnsemble trees;  ///< over the same columns

  [[nodiscard]] double Margin(std::span<const float> row) const;
  [[nodiscard]] std::vector<double> Margins(base::MatrixView<const float> rows) const;
};

/// The head whose log-odds are `share` times those of `ridge` plus (1 - `share`) times those of
/// `trees`. \pre 0 <= share <= 1, equal numbers of columns
[[nodiscard]] RidgeAndTrees WeightedMeanOf(LinearModel ridge, TreeEnsemble trees, double share);

}  // namespace ri::models
