#pragma once

/// What the kernels read: plain data, without functions, so that the same header can be compiled
/// for several instruction sets. Trees are compiled to streams of words (tree_program.h writes
/// them).

#include <cstddef>
#include <cstdint>

namespace ri::explanations::kernels {

/// Rows of a tile. A tile holds its columns one after another, kTileRows floats each, in two
/// copies: first with missing values as -inf, then with missing values as +inf. A split whose
/// default is left reads the first copy, one whose default is right the second, and one `<`
/// decides.
inline constexpr std::size_t kTileRows = 64;

/// Rows whose sums in double lie together, so that columns of one part never share low address
/// bits.
inline constexpr std::size_t kPartRows = 8;

union Word {
  float real;
  std::int32_t integer;
};

/// Operations of a tree program in depth-first order. A slot holds, for the quadrature points of
/// one node, first the weights P that reach the node, then the values G of its subtree. Slot 2l is
/// the left and 2l + 1 the right child at level l; the root has slot 0. Each operation starts with
/// the word `operation | slot << 8`. x and sum are offsets into the tile and into the sums.
///
/// z_right and z_left are the cover fractions of the children. For a leaf pair with values a (left)
/// and b (right): e_left = z_right (a - b), e_right = -z_left (a - b).
enum Operation : std::int32_t {
  kLeaf,           ///< value
  kDown,           ///< x threshold z_right -z_left: weights of the children from those of the node
  kUp,             ///< x threshold sum z_right -z_left: contribution and value of the node
  kDownRepeat,     ///< x threshold repeat z_right -z_left: the feature was met on the path before
  kUpRepeat,       ///< x threshold sum repeat z_right -z_left
  kHeight1,        ///< pair
  kHeight1Repeat,  ///< x threshold sum repeat z_right -z_left a (a - b)
  kHeight2,        ///< x threshold sum z_right -z_left, pair, pair
  kHeight2LeafLeft,   ///< x threshold sum z_right -z_left, value, pair: a leaf to the left
  kHeight2LeafRight,  ///< x threshold sum z_right -z_left, pair, value
  kEnd,
  kComposite,  ///< plus a shape: x threshold sum [repeat] z_right -z_left, left below, right below
};

/// What stands below a composite operation's node: a value, a pair, the words of kHeight1Repeat, or
/// those of kHeight2.
enum class Below : std::int32_t { kLeaf, kPair, kRepeatedPair, kHeight2 };

constexpr std::int32_t CompositeShape(bool repeats, Below left, Below right) {
  return (repeats ? 16 : 0) + 4 * static_cast<std::int32_t>(left) +
         static_cast<std::int32_t>(right);
}

// pair:   x threshold sum e_left e_right a b
// repeat: x_low low x_high high, then u' and g for each point. The row met all earlier splits on
// the
//         feature in the direction of the path when low <= x_low and x_high <= high.

/// One bit of a pattern: set when low <= x_low and x_high <= high. An open side holds an infinity.
struct PatternTest {
  std::int32_t x_low;
  std::int32_t x_high;
  float low;
  float high;
};

/// Part of a tree with contributions tabulated for every pattern. Columns are padded to a multiple
/// of four; a padded column adds zeros to the column after the last feature.
struct PatternUnit {
  const PatternTest* tests;         ///< the last `num_at_most` of them have no lower side
  const double* table;              ///< 2^num_tests rows of num_columns
  const std::int32_t* sum_offsets;  ///< per column, into a part of the sums
  std::int32_t num_tests;
  std::int32_t num_at_most;
  std::int32_t num_columns;
};

/// Operations of a prediction program, which finds every row's leaf from below: the leaves (or the
/// results of lower blocks) are blended level by level. A block holds a complete subtree of one to
/// three levels; its tests stand in breadth-first order as pairs (rank column, bound): a row goes
/// left when rank < bound.
enum Choice : std::int32_t {
  kChooseLeaf,     ///< leaf: the same for all rows
  kChooseLeaves1,  ///< tests of one level, then 2 leaves
  kChooseLeaves2,
  kChooseLeaves3,
  kChooseSlots1,  ///< tests of one level; chooses among the slots from its own on
  kChooseSlots2,
  kChooseSlots3,
  kChooseEnd,
};

/// Slots of kTileRows leaf numbers that a prediction program may use.
inline constexpr std::size_t kMostChoiceSlots = 48;

/// Tiles that are predicted together.
struct PredictTiles {
  std::size_t count;
  const std::int16_t* ranks;  ///< of the first tile; the next is rank_stride further
  std::size_t rank_stride;
  std::int16_t* slots;  ///< kMostChoiceSlots x kTileRows per tile
  double* margins;      ///< kTileRows per tile
};

/// The sorted thresholds of one column, padded with +inf to 2^steps - 1.
struct RankColumn {
  const float* thresholds;
  std::int32_t steps;
};

/// Scratch floats that `path_values` needs for programs of so many levels and points.
constexpr std::size_t ScratchSize(std::size_t levels, std::size_t points) {
  return 2 * (levels + 1) * points * kTileRows;
}

}  // namespace ri::explanations::kernels
