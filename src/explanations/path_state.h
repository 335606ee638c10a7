#pragma once

/// What a compiler of tree programs knows about the path to a node.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "explanations/kernels/program_format.h"
#include "models/tree_ensemble.h"

namespace ri::explanations {

/// What the path so far demands of one feature.
struct Met {
  std::int32_t feature = 0;
  double share = 1;  ///< merged cover fraction of the feature's splits
  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();  ///< inclusive
  bool low_admits_missing = true;
  bool high_admits_missing = true;
};

/// The path's demands after taking one branch.
[[nodiscard]] std::vector<Met> AfterBranch(std::vector<Met> path, const models::Tree& tree,
                                           std::size_t node, bool left);

/// Writes the "repeat" words of a node (kernels/program_format.h) for the quadrature nodes
/// `absent`.
void AppendRepeat(const models::Tree& tree, std::size_t node, const Met& met,
                  std::size_t num_features, std::span<const double> absent,
                  std::vector<kernels::Word>& words);

}  // namespace ri::explanations
