#include "explanations/tile.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ri::explanations {

void PackTile(base::MatrixView<const float> rows, std::size_t begin, std::span<float> tile) {
  using kernels::kTileRows;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const std::size_t features = rows.num_columns();
  const std::size_t count = std::min(kTileRows, rows.num_rows() - begin);
  if (count < kTileRows) {
    std::ranges::fill(tile, 0.0F);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const float* row = rows.row(begin + i).data();
    float* low = tile.data() + i;
    float* high = low + features * kTileRows;
    for (std::size_t j = 0; j < features; ++j) {
      const bool missing = std::isnan(row[j]);
      low[j * kTileRows] = missing ? -kInfinity : row[j];
      high[j * kTileRows] = missing ? kInfinity : row[j];
    }
  }
}

}  // namespace ri::explanations
