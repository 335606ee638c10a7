#include "models/tree_ensemble.h"

#include <algorithm>
#include <cmath>

#include "base/assertion.h"

namespace ri::models {
namespace {

// Rows are walked in blocks, so that one tree stays in the cache for a whole block.
constexpr std::size_t kBlockRows = 256;

double LeafValue(const Tree& tree, std::span<const float> row) {
  std::size_t node = 0;
  while (tree.left[node] >= 0) {
    const float x = row[static_cast<std::size_t>(tree.feature[node])];
    const bool left = std::isnan(x) ? tree.default_left[node] != 0 : x < tree.threshold[node];
    node = static_cast<std::size_t>(left ? tree.left[node] : tree.right[node]);
  }
  return tree.value[node];
}

int Depth(const Tree& tree, std::size_t node) {
  if (tree.is_leaf(node)) {
    return 0;
  }
  return 1 + std::max(Depth(tree, static_cast<std::size_t>(tree.left[node])),
                      Depth(tree, static_cast<std::size_t>(tree.right[node])));
}

}  // namespace

double TreeEnsemble::Margin(std::span<const float> row) const {
  RI_ASSERT(row.size() == num_features);
  double margin = base_margin;
  for (const Tree& tree : trees) {
    margin += LeafValue(tree, row);
  }
  return margin;
}

std::vector<double> TreeEnsemble::Margins(base::MatrixView<const float> rows) const {
  RI_ASSERT(rows.num_columns() == num_features || rows.num_rows() == 0);
  std::vector<double> margins(rows.num_rows(), base_margin);
  for (std::size_t begin = 0; begin < margins.size(); begin += kBlockRows) {
    const std::size_t end = std::min(begin + kBlockRows, margins.size());
    for (const Tree& tree : trees) {
      for (std::size_t i = begin; i < end; ++i) {
        margins[i] += LeafValue(tree, rows.row(i));
      }
    }
  }
  return margins;
}

std::size_t TreeEnsemble::num_leaves() const {
  std::size_t count = 0;
  for (const Tree& tree : trees) {
    count += static_cast<std::size_t>(
        std::count_if(tree.left.begin(), tree.left.end(), [](std::int32_t l) { return l < 0; }));
  }
  return count;
}

int TreeEnsemble::max_depth() const {
  int depth = 0;
  for (const Tree& tree : trees) {
    depth = std::max(depth, Depth(tree, 0));
  }
  return depth;
}

TreeEnsemble MeanOf(std::span<const TreeEnsemble> bags) {
  RI_ASSERT(!bags.empty());
  TreeEnsemble mean;
  mean.num_features = bags[0].num_features;
  const auto count = static_cast<double>(bags.size());
  for (const TreeEnsemble& bag : bags) {
    RI_ASSERT(bag.num_features == mean.num_features);
    mean.base_margin += bag.base_margin / count;
    for (Tree tree : bag.trees) {
      for (double& value : tree.value) {
        value /= count;
      }
      mean.trees.push_back(std::move(tree));
    }
  }
  return mean;
}

}  // namespace ri::models
