#include "explanations/classic_tree_shap.h"

#include <algorithm>

#include "explanations/cover.h"
#include "explanations/leaf_path.h"

namespace ri::explanations::testing {
namespace {

struct Element {
  std::int32_t feature;
  double zero;    ///< share of cover that flows through when the feature is absent
  double one;     ///< 1 when the row flows through
  double weight;  ///< of the subsets of so many features
};
using Path = std::vector<Element>;

Path Extend(Path path, double zero, double one, std::int32_t feature) {
  const std::size_t length = path.size();
  path.push_back({feature, zero, one, length == 0 ? 1.0 : 0.0});
  const auto size = static_cast<double>(length + 1);
  for (std::size_t i = length; i-- > 0;) {
    const auto k = static_cast<double>(i);
    path[i + 1].weight += one * path[i].weight * (k + 1) / size;
    path[i].weight = zero * path[i].weight * (size - k - 1) / size;
  }
  return path;
}

Path Unwind(Path path, std::size_t position) {
  const std::size_t last = path.size() - 1;
  const auto size = static_cast<double>(path.size());
  const double one = path[position].one;
  const double zero = path[position].zero;
  double next = path[last].weight;
  for (std::size_t i = last; i-- > 0;) {
    const auto k = static_cast<double>(i);
    if (one != 0) {
      const double kept = path[i].weight;
      path[i].weight = next * size / ((k + 1) * one);
      next = kept - path[i].weight * zero * (size - 1 - k) / size;
    } else {
      path[i].weight = path[i].weight * size / (zero * (size - 1 - k));
    }
  }
  for (std::size_t i = position; i < last; ++i) {
    path[i].feature = path[i + 1].feature;
    path[i].zero = path[i + 1].zero;
    path[i].one = path[i + 1].one;
  }
  path.pop_back();
  return path;
}

/// `fixed` is kept out of the game: 1 always present, -1 always absent, 0 no feature fixed.
struct Game {
  const models::Tree& tree;
  std::span<const float> row;
  std::span<double> values;
  int fixed = 0;
  std::int32_t fixed_feature = -1;
};

void Recurse(const Game& game, std::size_t node, const Path& parent, double zero, double one,
             std::int32_t feature, double scale) {
  const models::Tree& tree = game.tree;
  Path path = feature < 0 && !parent.empty() ? parent : Extend(parent, zero, one, feature);
  if (tree.is_leaf(node)) {
    for (std::size_t i = 1; i < path.size(); ++i) {
      const Path without = Unwind(path, i);
      double weight = 0;
      for (const Element& element : without) {
        weight += element.weight;
      }
      game.values[static_cast<std::size_t>(path[i].feature)] +=
          scale * weight * (path[i].one - path[i].zero) * tree.value[node];
    }
    return;
  }
  const std::int32_t split = tree.feature[node];
  const bool left = GoesLeft(tree, node, game.row[static_cast<std::size_t>(split)]);
  const double right_share = RightShare(tree, node);
  for (const bool go_left : {true, false}) {
    const auto child = static_cast<std::size_t>(go_left ? tree.left[node] : tree.right[node]);
    const double share = go_left ? 1 - right_share : right_share;
    const double hot = go_left == left ? 1 : 0;
    if (game.fixed != 0 && split == game.fixed_feature) {
      const double kept = scale * (game.fixed > 0 ? hot : share);
      if (kept != 0) {
        Recurse(game, child, path, 1, 1, -1, kept);
      }
      continue;
    }
    const auto before = std::find_if(path.begin() + 1, path.end(), [&](const Element& element) {
      return element.feature == split;
    });
    double earlier_zero = 1;
    double earlier_one = 1;
    Path base = path;
    if (before != path.end()) {
      earlier_zero = before->zero;
      earlier_one = before->one;
      base = Unwind(path, static_cast<std::size_t>(before - path.begin()));
    }
    if (earlier_zero * share == 0 && earlier_one * hot == 0) {
      continue;  // nothing flows here in any coalition
    }
    Recurse(game, child, base, earlier_zero * share, earlier_one * hot, split, scale);
  }
}

}  // namespace

std::vector<double> ClassicTreeShap(const models::TreeEnsemble& ensemble,
                                    std::span<const float> row) {
  std::vector<double> values(ensemble.num_features, 0.0);
  for (const models::Tree& tree : ensemble.trees) {
    Recurse({tree, row, values}, 0, {}, 1, 1, -1, 1);
  }
  return values;
}

std::vector<double> ClassicTreeShapInteractions(const models::TreeEnsemble& ensemble,
                                                std::span<const float> row) {
  const std::size_t features = ensemble.num_features;
  const auto values = ClassicTreeShap(ensemble, row);
  std::vector<double> matrix(features * features, 0.0);
  for (std::size_t a = 0; a < features; ++a) {
    std::vector<double> present(features, 0.0);
    std::vector<double> absent(features, 0.0);
    for (const models::Tree& tree : ensemble.trees) {
      Recurse({tree, row, present, 1, static_cast<std::int32_t>(a)}, 0, {}, 1, 1, -1, 1);
      Recurse({tree, row, absent, -1, static_cast<std::int32_t>(a)}, 0, {}, 1, 1, -1, 1);
    }
    double others = 0;
    for (std::size_t j = 0; j < features; ++j) {
      if (j != a) {
        matrix[a * features + j] = 0.5 * (present[j] - absent[j]);
        others += matrix[a * features + j];
      }
    }
    matrix[a * features + a] = values[a] - others;
  }
  return matrix;
}

}  // namespace ri::explanations::testing
