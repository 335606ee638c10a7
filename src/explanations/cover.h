#pragma once

/// How the training rows divide at a split.

#include "models/tree_ensemble.h"

namespace ri::explanations {

/// Share of a split's cover that went right; one half where no training row arrived.
[[nodiscard]] inline double RightShare(const models::Tree& tree, std::size_t node) {
  const double left = tree.cover[static_cast<std::size_t>(tree.left[node])];
  const double right = tree.cover[static_cast<std::size_t>(tree.right[node])];
  return left + right > 0 ? right / (left + right) : 0.5;
}

}  // namespace ri::explanations
