#include "explanations/reference_split.h"

#include <cstdint>

#include "base/assertion.h"
#include "explanations/leaf_path.h"
#include "explanations/leaf_patterns.h"

namespace ri::explanations {
namespace {

/// Walks one tree with both rows at once. Where they part at a feature, the branch of `row` puts
/// the feature into the coalition and the branch of `reference` leaves it out; a feature that
/// parted before only follows its side.
class Walker {
 public:
  Walker(std::span<const float> row, std::span<const float> reference, std::span<double> values)
      : row_(row), reference_(reference), values_(values), side_(row.size(), Side::kUndecided) {}

  void Walk(const models::Tree& tree, std::size_t node) {
    if (tree.is_leaf(node)) {
      AddLeaf(tree.value[node]);
      return;
    }
    const auto feature = static_cast<std::size_t>(tree.feature[node]);
    const bool row_left = GoesLeft(tree, node, row_[feature]);
    const bool reference_left = GoesLeft(tree, node, reference_[feature]);
    const Side side = side_[feature];
    if (row_left == reference_left || side == Side::kRow) {
      Walk(tree, Child(tree, node, row_left));
    } else if (side == Side::kReference) {
      Walk(tree, Child(tree, node, reference_left));
    } else {
      Part(tree, node, feature, row_left);
    }
  }

 private:
  enum class Side : std::uint8_t { kUndecided, kRow, kReference };

  static std::size_t Child(const models::Tree& tree, std::size_t node, bool left) {
    return static_cast<std::size_t>(left ? tree.left[node] : tree.right[node]);
  }

  void Part(const models::Tree& tree, std::size_t node, std::size_t feature, bool row_left) {
    side_[feature] = Side::kRow;
    from_row_.push_back(feature);
    Walk(tree, Child(tree, node, row_left));
    from_row_.pop_back();
    side_[feature] = Side::kReference;
    from_reference_.push_back(feature);
    Walk(tree, Child(tree, node, !row_left));
    from_reference_.pop_back();
    side_[feature] = Side::kUndecided;
  }

  void AddLeaf(double value) {
    const auto p = static_cast<int>(from_row_.size());
    const auto n = static_cast<int>(from_reference_.size());
    for (const std::size_t feature : from_row_) {
      values_[feature] += value * PatternShare(p, n);
    }
    for (const std::size_t feature : from_reference_) {
      values_[feature] -= value * PatternShare(n, p);
    }
  }

  std::span<const float> row_;
  std::span<const float> reference_;
  std::span<double> values_;
  std::vector<Side> side_;
  std::vector<std::size_t> from_row_;
  std::vector<std::size_t> from_reference_;
};

}  // namespace

double TreeReferenceModel::Margin(std::span<const float> row) const {
  return ensemble_->Margin(row);
}

std::vector<double> TreeReferenceModel::Split(std::span<const float> row,
                                              std::span<const float> reference) const {
  RI_ASSERT(row.size() == num_features() && reference.size() == num_features());
  std::vector<double> values(num_features(), 0.0);
  Walker walker(row, reference, values);
  for (const models::Tree& tree : ensemble_->trees) {
    walker.Walk(tree, 0);
  }
  return values;
}

}  // namespace ri::explanations
