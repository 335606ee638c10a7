#pragma once

/// Rows rearranged for the kernels: see kernels/program_format.h for the layout.

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <vector>

#include "base/matrix.h"
#include "explanations/kernels/program_format.h"

namespace ri::explanations {

/// Memory on cache line boundaries, as the kernels' loads require.
template <typename T>
struct CacheLineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kAlignment{64};

  CacheLineAllocator() = default;
  template <typename U>
  explicit CacheLineAllocator(const CacheLineAllocator<U>&) {}
  [[nodiscard]] T* allocate(std::size_t n) {
    return static_cast<T*>(::operator new(n * sizeof(T), kAlignment));
  }
  void deallocate(T* p, std::size_t n) { ::operator delete(p, n * sizeof(T), kAlignment); }
  friend bool operator==(const CacheLineAllocator&, const CacheLineAllocator&) { return true; }
};

template <typename T>
using AlignedVector = std::vector<T, CacheLineAllocator<T>>;

/// Offset of a feature's column in a tile, in floats.
[[nodiscard]] inline std::int32_t ColumnOffset(std::size_t feature, bool missing_is_low,
                                               std::size_t num_features) {
  const std::size_t column = missing_is_low ? feature : num_features + feature;
  return static_cast<std::int32_t>(column * kernels::kTileRows);
}

/// Copies up to kTileRows rows from `begin` on; the lanes after the last row hold zeros.
/// \pre tile.size() == 2 * columns * kTileRows
void PackTile(base::MatrixView<const float> rows, std::size_t begin, std::span<float> tile);

}  // namespace ri::explanations
