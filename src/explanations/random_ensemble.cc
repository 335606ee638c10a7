#include "explanations/random_ensemble.h"

#include <bit>
#include <cmath>
#include <limits>

#include "base/random.h"
#include "explanations/leaf_path.h"

namespace ri::explanations::testing {
namespace {

constexpr std::uint64_t kGrid = 6;

std::size_t AddNode(models::Tree& tree) {
  tree.left.push_back(-1);
  tree.right.push_back(-1);
  tree.feature.push_back(0);
  tree.threshold.push_back(0);
  tree.default_left.push_back(0);
  tree.value.push_back(0);
  tree.cover.push_back(0);
  return tree.num_nodes() - 1;
}

std::size_t Grow(models::Tree& tree, const EnsembleShape& shape, int depth, double cover,
                 base::RandomStream& random) {
  if (depth == 0 || random.Bernoulli(shape.leaf_probability)) {
    return AddLeaf(tree, random.Normal(), cover);
  }
  const std::size_t features = shape.used_features == 0 ? shape.features : shape.used_features;
  const std::size_t node =
      AddSplit(tree, static_cast<std::int32_t>(random.Below(features)),
               static_cast<float>(random.Below(kGrid)), random.Bernoulli(0.5), cover);
  const double left_cover = cover * (0.1 + 0.8 * random.Uniform());
  const std::size_t left = Grow(tree, shape, depth - 1, left_cover, random);
  tree.left[node] = static_cast<std::int32_t>(left);
  const std::size_t right = Grow(tree, shape, depth - 1, cover - left_cover, random);
  tree.right[node] = static_cast<std::int32_t>(right);
  return node;
}

}  // namespace

std::size_t AddSplit(models::Tree& tree, std::int32_t feature, float threshold, bool default_left,
                     double cover) {
  const std::size_t node = AddNode(tree);
  tree.feature[node] = feature;
  tree.threshold[node] = threshold;
  tree.default_left[node] = default_left ? 1 : 0;
  tree.cover[node] = cover;
  return node;
}

std::size_t AddLeaf(models::Tree& tree, double value, double cover) {
  const std::size_t node = AddNode(tree);
  tree.value[node] = value;
  tree.cover[node] = cover;
  return node;
}

models::Tree Stump(std::int32_t feature, float threshold, double left, double right) {
  models::Tree tree;
  AddSplit(tree, feature, threshold, true, 2);
  tree.left[0] = static_cast<std::int32_t>(AddLeaf(tree, left, 1));
  tree.right[0] = static_cast<std::int32_t>(AddLeaf(tree, right, 1));
  return tree;
}

models::TreeEnsemble RandomEnsemble(const EnsembleShape& shape, std::uint64_t seed) {
  models::TreeEnsemble ensemble;
  ensemble.num_features = shape.features;
  ensemble.base_margin = -0.4;
  base::RandomStream random(seed, "test-ensemble");
  for (int i = 0; i < shape.trees; ++i) {
    models::Tree tree;
    Grow(tree, shape, shape.depth, 1000, random);
    ensemble.trees.push_back(std::move(tree));
  }
  return ensemble;
}

base::Matrix<float> RandomRows(std::size_t rows, std::size_t features, double missing,
                               std::uint64_t seed) {
  base::Matrix<float> matrix(rows, features);
  base::RandomStream random(seed, "test-rows");
  for (std::size_t i = 0; i < rows; ++i) {
    for (float& x : matrix.row(i)) {
      x = static_cast<float>(random.Below(kGrid)) - (random.Bernoulli(0.5) ? 0.5F : 0.0F);
      if (random.Bernoulli(0.02)) {
        x = random.Bernoulli(0.5) ? std::numeric_limits<float>::infinity()
                                  : -std::numeric_limits<float>::infinity();
      }
      if (random.Bernoulli(missing)) {
        x = std::numeric_limits<float>::quiet_NaN();
      }
    }
  }
  return matrix;
}

std::vector<double> ShapleyByEnumeration(std::span<const double> value_of, std::size_t features) {
  // weight[s] = s! (features - s - 1)! / features!
  std::vector<double> weight(features);
  for (std::size_t s = 0; s < features; ++s) {
    weight[s] = std::exp(std::lgamma(static_cast<double>(s) + 1) +
                         std::lgamma(static_cast<double>(features - s)) -
                         std::lgamma(static_cast<double>(features) + 1));
  }
  std::vector<double> values(features, 0.0);
  for (std::size_t mask = 0; mask < value_of.size(); ++mask) {
    for (std::size_t j = 0; j < features; ++j) {
      const std::size_t bit = std::size_t{1} << j;
      if ((mask & bit) == 0) {
        values[j] += weight[static_cast<std::size_t>(std::popcount(mask))] *
                     (value_of[mask | bit] - value_of[mask]);
      }
    }
  }
  return values;
}

std::vector<double> BruteForceInterventional(const models::TreeEnsemble& ensemble,
                                             base::MatrixView<const float> background,
                                             std::span<const float> row) {
  const std::size_t features = ensemble.num_features;
  std::vector<double> value_of(std::size_t{1} << features, 0.0);
  std::vector<float> mixed(features);
  for (std::size_t mask = 0; mask < value_of.size(); ++mask) {
    for (std::size_t b = 0; b < background.num_rows(); ++b) {
      for (std::size_t j = 0; j < features; ++j) {
        mixed[j] = ((mask >> j) & 1) != 0 ? row[j] : background(b, j);
      }
      value_of[mask] += ensemble.Margin(mixed) / static_cast<double>(background.num_rows());
    }
  }
  return ShapleyByEnumeration(value_of, features);
}

}  // namespace ri::explanations::testing
