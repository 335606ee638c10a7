#pragma once

/// One compilation of the kernels.

#include <cstddef>
#include <cstdint>

#include "explanations/kernels/program_format.h"

namespace ri::explanations::kernels {

struct KernelTable {
  /// Adds the contributions of one tree for a whole tile to `sums` (features x kTileRows floats).
  /// `points` is one of kPointCounts; `tile`, `sums` and `scratch` are aligned to 64 bytes.
  void (*path_values)(const Word* program, int points, const float* tile, float* sums,
                      float* scratch);

  /// Adds one tree's contributions and pair values (off-diagonal sums of both sides) for a whole
  /// tile. The program uses kDownRepeat (with the alphas of the children), kUpRepeat and
  /// kHeight1Repeat (with their pairs: alpha place, sum place), kLeaf and kEnd only. `alphas` is as
  /// large as `scratch`.
  void (*interaction_values)(const Word* program, int points, const float* tile, float* sums,
                             float* scratch, float* alphas);

  /// The pattern of each row of a tile, kTileRows integers aligned to 64 bytes.
  void (*patterns)(const PatternUnit& unit, const float* tile, std::int32_t* patterns);

  /// Adds the tabulated contributions of one unit for a whole tile to `sums`, aligned to 64 bytes:
  /// kPartRows rows after another, of each part num_sums columns of kPartRows doubles. Adds in the
  /// same order whatever the instruction set.
  void (*pattern_values)(const PatternUnit& unit, const float* tile, double* sums,
                         std::size_t num_sums);

  /// Replaces the columns of a tile by how many thresholds are at or below the value: first all
  /// columns with missing values as 0, then all with missing values as 32767.
  void (*ranks)(const RankColumn* columns, std::size_t num_columns, const float* tile,
                std::int16_t* ranks);

  /// Adds one tree's leaf value to the margin of each row of some tiles.
  void (*predict)(const std::int32_t* program, const double* leaf_values,
                  const PredictTiles& tiles);
};

/// Quadrature sizes that are compiled.
inline constexpr int kPointCounts[] = {1, 2, 3, 4, 6, 8};

namespace baseline {
extern const KernelTable kTable;
}
namespace sse42 {
extern const KernelTable kTable;
}
namespace avx2 {
extern const KernelTable kTable;
}
namespace avx512 {
extern const KernelTable kTable;
}

}  // namespace ri::explanations::kernels
