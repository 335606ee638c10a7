#include "explanations/leaf_path.h"

#include <algorithm>

namespace ri::explanations {

std::vector<PathCondition> Narrowed(std::vector<PathCondition> conditions, const models::Tree& tree,
                                    std::size_t node, bool left) {
  const std::int32_t feature = tree.feature[node];
  auto found = std::ranges::find(conditions, feature, &PathCondition::feature);
  if (found == conditions.end()) {
    conditions.push_back({.feature = feature});
    found = conditions.end() - 1;
  }
  const float threshold = tree.threshold[node];
  if (left) {
    found->upper = found->has_upper ? std::min(found->upper, threshold) : threshold;
    found->has_upper = true;
  } else {
    found->lower = found->has_lower ? std::max(found->lower, threshold) : threshold;
    found->has_lower = true;
  }
  found->missing_holds = found->missing_holds && (tree.default_left[node] != 0) == left;
  return conditions;
}

std::uint32_t PatternOf(std::span<const PathCondition> conditions, std::span<const float> row) {
  std::uint32_t pattern = 0;
  for (std::size_t k = 0; k < conditions.size(); ++k) {
    const float x = row[static_cast<std::size_t>(conditions[k].feature)];
    pattern |= std::uint32_t{conditions[k].Holds(x)} << k;
  }
  return pattern;
}

}  // namespace ri::explanations
