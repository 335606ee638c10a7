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

  /// The pattern of each row of a tile, kTileRows integers aligned to 64 bytes.
  void (*patterns)(const PatternUnit& unit, const float* tile, std::int32_t* patterns);

  /// Adds the tabulated contributions of one unit for a whole tile to `sums`, (features + 1) x
  /// kTileRows doubles aligned to 64 bytes. Adds in the same order whatever the instruction set.
  void (*pattern_values)(const PatternUnit& unit, const float* tile, double* sums);
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
