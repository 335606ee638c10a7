#pragma once

/// A boosted tree model as plain arrays, evaluated in double: the model the system serves and
/// explains. XGBoost trains; this is what its result is read into.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/matrix.h"
#include "base/result.h"

namespace ri::models {

/// One binary tree in arrays; node 0 is the root. At a split, a row goes left when
/// float(x) < threshold, or when x is NaN and default_left is set. Both sides of the comparison
/// are float32, as in XGBoost.
struct Tree {
  std::vector<std::int32_t> left;          ///< child index, -1 at a leaf
  std::vector<std::int32_t> right;         ///< child index, -1 at a leaf
  std::vector<std::int32_t> feature;       ///< column of the split; 0 at a leaf
  std::vector<float> threshold;            ///< 0 at a leaf
  std::vector<std::uint8_t> default_left;  ///< 1 = missing goes left
  std::vector<double> value;               ///< leaf value in log-odds; 0 at a split
  std::vector<double> cover;               ///< sum of hessians that reached the node

  [[nodiscard]] std::size_t num_nodes() const { return left.size(); }
  [[nodiscard]] bool is_leaf(std::size_t node) const { return left[node] < 0; }
};

/// margin(row) = base_margin + sum over trees of the reached leaf's value.
struct TreeEnsemble {
  std::vector<Tree> trees;
  double base_margin = 0;  ///< log-odds: logit of XGBoost's base_score
  std::size_t num_features = 0;

  /// Margin of one row in double; NaN = missing. \pre row.size() == num_features
  [[nodiscard]] double Margin(std::span<const float> row) const;
  /// Margins of all rows. Deterministic: trees are added in order.
  [[nodiscard]] std::vector<double> Margins(base::MatrixView<const float> rows) const;
  [[nodiscard]] std::size_t num_leaves() const;
  [[nodiscard]] int max_depth() const;  ///< 0 for a single leaf
};

/// Reads the JSON that XGBoost 1.7 saves (gbtree, binary:logistic, numerical splits).
/// kBadInput for anything else; every index is checked.
[[nodiscard]] Result<TreeEnsemble> ReadXgboostJson(std::string_view json);

/// Joins bags into one ensemble whose margin is the mean of theirs: leaf values divided by the
/// number of bags. \pre not empty, equal num_features
[[nodiscard]] TreeEnsemble MeanOf(std::span<const TreeEnsemble> bags);

}  // namespace ri::models
