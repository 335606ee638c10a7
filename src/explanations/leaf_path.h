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

/// The conditions after one more split is passed.
[[nodiscard]] std::vector<PathCondition> Narrowed(std::vector<PathCondition> conditions,
                                                  const models::Tree& tree, std::size_t node,
                                                  bool left);

/// Bit k is set when the row meets the k-th condition. \pre at most 32 conditions
[[nodiscard]] std::uint32_t PatternOf(std::span<const PathCondition> conditions,
                                      std::span<const float> row);

/// True when a row with value `x` goes left at `node`.
[[nodiscard]] inline bool GoesLeft(const models::Tree& tree, std::size_t node, float x) {
  return std::isnan(x) ? tree.default_left[node] != 0 : x < tree.threshold[node];
}

}  // namespace ri::explanations
