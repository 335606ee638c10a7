#include "explanations/leaf_path.h"

#include <algorithm>

namespace ri::explanations {
namespace {

void Narrow(std::vector<PathCondition>& conditions, const models::Tree& tree, std::size_t node,
            bool left) {
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
}

void Collect(const models::Tree& tree, std::size_t node, std::vector<PathCondition> conditions,
             std::vector<LeafPath>& paths) {
  if (tree.is_leaf(node)) {
    paths.push_back({tree.value[node], std::move(conditions)});
    return;
  }
  auto right = conditions;
  Narrow(conditions, tree, node, true);
  Collect(tree, static_cast<std::size_t>(tree.left[node]), std::move(conditions), paths);
  Narrow(right, tree, node, false);
  Collect(tree, static_cast<std::size_t>(tree.right[node]), std::move(right), paths);
}

}  // namespace

std::vector<LeafPath> CollectLeafPaths(const models::Tree& tree) {
  std::vector<LeafPath> paths;
  Collect(tree, 0, {}, paths);
  return paths;
}

double WalkMargin(const models::TreeEnsemble& ensemble, std::span<const float> row) {
  double margin = ensemble.base_margin;
  for (const models::Tree& tree : ensemble.trees) {
    std::size_t node = 0;
    while (!tree.is_leaf(node)) {
      const float x = row[static_cast<std::size_t>(tree.feature[node])];
      const bool left = GoesLeft(tree, node, x);
      node = static_cast<std::size_t>(left ? tree.left[node] : tree.right[node]);
    }
    margin += tree.value[node];
  }
  return margin;
}

}  // namespace ri::explanations
