#pragma once

/// A tree cut into units whose contributions against a background are tabulated.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/matrix.h"
#include "explanations/kernels/instruction_set.h"
#include "explanations/leaf_path.h"
#include "explanations/leaf_patterns.h"
#include "explanations/tile.h"
#include "models/tree_ensemble.h"

namespace ri::explanations {

/// A leaf under more conditions than are tabulated; its background patterns are kept instead.
struct UntabulatedLeaf {
  LeafPath path;
  std::vector<PatternShareOfBackground> background;
};

/// The units of one tree. Not copyable: units point into the other members.
struct PatternTables {
  PatternTables() = default;
  PatternTables(const PatternTables&) = delete;
  PatternTables& operator=(const PatternTables&) = delete;

  std::vector<kernels::PatternUnit> units;
  std::vector<UntabulatedLeaf> untabulated;
  double expected_value = 0;  ///< mean leaf value over the background

  std::vector<kernels::PatternTest> tests;
  std::vector<std::int32_t> sum_offsets;
  AlignedVector<double> table;
};

/// Background rows packed once for all trees.
class PackedBackground {
 public:
  explicit PackedBackground(base::MatrixView<const float> rows);
  [[nodiscard]] base::MatrixView<const float> rows() const { return rows_; }
  [[nodiscard]] std::size_t num_tiles() const { return tiles_.size(); }
  [[nodiscard]] const float* tile(std::size_t index) const { return tiles_[index].data(); }

 private:
  base::MatrixView<const float> rows_;
  std::vector<AlignedVector<float>> tiles_;
};

/// Cuts a tree from below: a subtree is one unit as long as its pattern (one bit per feature on the
/// way to it and one per split in it) has at most seven bits or no more than its deepest leaf has
/// anyway.
/// \pre thresholds are finite; at most 31 distinct features on a path
[[nodiscard]] std::unique_ptr<PatternTables> TabulateTree(const models::Tree& tree,
                                                          const PackedBackground& background,
                                                          const kernels::KernelTable& kernels);

}  // namespace ri::explanations
