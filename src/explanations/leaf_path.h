#pragma once

/// The path to a leaf with one condition per distinct feature: several splits on one feature merge
/// to one interval and one answer for missing values.

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "models/tree_ensemble.h"

namespace ri::explanations {

/// Which values of one feature stay on a path. Comparisons are float32, as in the model.
struct PathCondition {
  std::int32_t feature = 0;
  float lower = 0;  ///< lower <= x, when has_lower
  float upper = 0;  ///< x < upper, when has_upper
  bool has_lower = false;
  bool has_upper = false;
  bool missing_holds = true;

  [[nodiscard]] bool Holds(float x) const {
    if (std::isnan(x)) {
      return missing_holds;
    }
    return (!has_lower || x >= lower) && (!has_upper || x < upper);
  }
};

struct LeafPath {
  double value = 0;                       ///< log-odds
  std::vector<PathCondition> conditions;  ///< distinct features, in order from the root
};

/// All leaves of a tree, left to right. A tree of one leaf gives one path without conditions.
[[nodiscard]] std::vector<LeafPath> CollectLeafPaths(const models::Tree& tree);

/// True when a row with value `x` goes left at `node`.
[[nodiscard]] inline bool GoesLeft(const models::Tree& tree, std::size_t node, float x) {
  return std::isnan(x) ? tree.default_left[node] != 0 : x < tree.threshold[node];
}

/// Margin of one row, by walking the trees: the reference that contributions are held against.
[[nodiscard]] double WalkMargin(const models::TreeEnsemble& ensemble, std::span<const float> row);

}  // namespace ri::explanations
