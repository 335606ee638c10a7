#include "models/ridge_and_trees.h"

#include "base/assertion.h"

namespace ri::models {

double RidgeAndTrees::Margin(std::span<const float> row) const {
  return ridge.Margin(row) + trees.Margin(row);
}

std::vector<double> RidgeAndTrees::Margins(base::MatrixView<const float> rows) const {
  std::vector<double> margins = ridge.Margins(rows);
  const std::vector<double> others = trees.Margins(rows);
  for (std::size_t i = 0; i < margins.size(); ++i) {
    margins[i] += others[i];
  }
  return margins;
}

RidgeAndTrees WeightedMeanOf(LinearModel ridge, TreeEnsemble trees, double share) {
  RI_ASSERT(share >= 0 && share <= 1);
  RI_ASSERT(ridge.columns.size() == trees.num_features);
  ridge.intercept *= share;
  for (LinearColumn& column : ridge.columns) {
    for (LinearTerm& term : column.terms) {
      term.coefficient *= share;
    }
  }
  trees.base_margin *= 1 - share;
  for (Tree& tree : trees.trees) {
    for (double& value : tree.value) {
      value *= 1 - share;
    }
  }
  return {.ridge = std::move(ridge), .trees = std::move(trees)};
}

}  // namespace ri::models
