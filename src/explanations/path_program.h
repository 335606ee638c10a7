#pragma once

/// A tree compiled for the path-dependent kernels.

#include <cstddef>
#include <vector>

#include "explanations/kernels/program_format.h"
#include "models/tree_ensemble.h"

namespace ri::explanations {

struct PathProgram {
  std::vector<kernels::Word> words;
  int points = 1;             ///< quadrature points: half the most distinct features on a path
  std::size_t levels = 0;     ///< depth of the tree
  double expected_value = 0;  ///< log-odds; leaf values weighted by cover
};

/// Compiles one tree for tiles of `num_features` columns. Exact up to 16 distinct features on a
/// path; beyond that eight points are used, whose error is below that of float.
/// \pre thresholds are finite
[[nodiscard]] PathProgram CompilePaths(const models::Tree& tree, std::size_t num_features);

/// The smallest compiled quadrature that is exact for so many distinct features on a path.
[[nodiscard]] int PointsFor(std::size_t distinct_features);

/// Nodes u = 1 - t of the quadrature with `points` points, in the order of the kernels.
[[nodiscard]] std::vector<double> AbsentNodes(int points);

}  // namespace ri::explanations
