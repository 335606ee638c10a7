#pragma once

/// Prediction without branches: thresholds become ranks of 16 bits, so that one instruction
/// compares twice as many rows as with floats, and every tree is blended from its leaves upwards.
///
/// Included once per instruction set; everything has internal linkage.

#include "explanations/kernels/kernel_table.h"
#include "explanations/kernels/lanes.h"

namespace ri::explanations::kernels {
namespace {  // NOLINT(google-build-namespaces): see lanes.h

constexpr std::int16_t kRankOfMissing = 32767;

#if defined(__AVX512F__)
constexpr int kShortLanes = 32;
using Shorts = __m512i;
RI_INLINE Shorts LoadShorts(const std::int16_t* p) { return _mm512_load_si512(p); }
RI_INLINE void StoreShorts(std::int16_t* p, Shorts a) { _mm512_store_si512(p, a); }
RI_INLINE Shorts SpreadTwin(std::int32_t twin) { return _mm512_set1_epi32(twin); }
RI_INLINE Shorts ChooseBelow(Shorts rank, Shorts bound, Shorts left, Shorts right) {
  return _mm512_mask_mov_epi16(right, _mm512_cmplt_epi16_mask(rank, bound), left);
}
#else
#if defined(__AVX2__)
constexpr int kShortLanes = 16;
#else
constexpr int kShortLanes = 8;
#endif
using Shorts __attribute__((vector_size(2 * kShortLanes))) = std::int16_t;
RI_INLINE Shorts LoadShorts(const std::int16_t* p) { return *reinterpret_cast<const Shorts*>(p); }
RI_INLINE void StoreShorts(std::int16_t* p, Shorts a) { *reinterpret_cast<Shorts*>(p) = a; }
using Twins __attribute__((vector_size(2 * kShortLanes))) = std::int32_t;
RI_INLINE Shorts SpreadTwin(std::int32_t twin) { return reinterpret_cast<Shorts>(twin - Twins{}); }
RI_INLINE Shorts ChooseBelow(Shorts rank, Shorts bound, Shorts left, Shorts right) {
  return rank < bound ? left : right;
}
#endif

/// Binary search of all lanes at once: after the steps, `position` thresholds are at or below x.
RI_INLINE void RanksOf(const RankColumn& column, const float* x, std::int32_t* position) {
#if defined(__AVX512F__)
  const __m512 value = _mm512_load_ps(x);
  __m512i found = _mm512_setzero_si512();
  for (std::int32_t step = 1 << column.steps >> 1; step > 0; step >>= 1) {
    const __m512 threshold = _mm512_mask_i32gather_ps(value, static_cast<__mmask16>(-1), found,
                                                      column.thresholds + (step - 1), 4);
    const __mmask16 at_or_below = _mm512_cmp_ps_mask(threshold, value, _CMP_LE_OQ);
    found = _mm512_mask_add_epi32(found, at_or_below, found, _mm512_set1_epi32(step));
  }
  _mm512_store_si512(position, found);
#elif defined(__AVX2__)
  const __m256 value = _mm256_load_ps(x);
  __m256i found = _mm256_setzero_si256();
  for (std::int32_t step = 1 << column.steps >> 1; step > 0; step >>= 1) {
    const __m256 threshold = _mm256_i32gather_ps(column.thresholds + (step - 1), found, 4);
    const __m256i at_or_below = _mm256_castps_si256(_mm256_cmp_ps(threshold, value, _CMP_LE_OQ));
    found = _mm256_add_epi32(found, _mm256_and_si256(at_or_below, _mm256_set1_epi32(step)));
  }
  _mm256_store_si256(reinterpret_cast<__m256i*>(position), found);
#else
  for (int i = 0; i < kLanes; ++i) {
    std::int32_t found = 0;
    for (std::int32_t step = 1 << column.steps >> 1; step > 0; step >>= 1) {
      found += column.thresholds[found + step - 1] <= x[i] ? step : 0;
    }
    position[i] = found;
  }
#endif
}

void Ranks(const RankColumn* columns, std::size_t num_columns, const float* tile,
           std::int16_t* ranks) {
  for (std::size_t j = 0; j < num_columns; ++j) {
    const float* low = tile + j * kTileRows;
    const float* high = low + num_columns * kTileRows;
    std::int16_t* rank_low = ranks + j * kTileRows;
    std::int16_t* rank_high = rank_low + num_columns * kTileRows;
    for (std::size_t row = 0; row < kTileRows; row += kLanes) {
      alignas(64) std::int32_t position[kLanes];
      RanksOf(columns[j], low + row, position);
      for (std::size_t i = 0; i < kLanes; ++i) {
        rank_low[row + i] = static_cast<std::int16_t>(position[i]);
        // The two copies differ only where the value is missing.
        rank_high[row + i] = low[row + i] < high[row + i] ? kRankOfMissing : rank_low[row + i];
      }
    }
  }
}

#if defined(__AVX512F__)
constexpr int kShortVectors = 2;  // the tile at once: every bound is read and spread once
#else
constexpr int kShortVectors = 1;
#endif

/// Blends 2^kLevels inputs down to one.
template <int kLevels, bool kLeaves>
RI_INLINE void Choose(const std::int32_t* w, const std::int16_t* ranks, std::int16_t* slots) {
  constexpr int kInputs = 1 << kLevels;
  const std::int32_t* leaves = w + 2 * (kInputs - 1);
  for (std::size_t row = 0; row < kTileRows; row += kShortLanes * kShortVectors) {
    Shorts value[kInputs][kShortVectors];
#pragma GCC unroll 8
    for (int i = 0; i < kInputs; ++i) {
#pragma GCC unroll 2
      for (int v = 0; v < kShortVectors; ++v) {
        value[i][v] = kLeaves ? SpreadTwin(leaves[i])
                              : LoadShorts(slots + static_cast<std::size_t>(i) * kTileRows + row +
                                           static_cast<std::size_t>(v * kShortLanes));
      }
    }
#pragma GCC unroll 3
    for (int level = kLevels - 1; level >= 0; --level) {
      const int first = (1 << level) - 1;
#pragma GCC unroll 4
      for (int i = 0; i < (1 << level); ++i) {
        const std::int32_t* test = w + 2 * (first + i);
        const std::int16_t* rank = ranks + test[0] + row;
        const Shorts bound = SpreadTwin(test[1]);
#pragma GCC unroll 2
        for (int v = 0; v < kShortVectors; ++v) {
          value[i][v] = ChooseBelow(LoadShorts(rank + v * kShortLanes), bound, value[2 * i][v],
                                    value[2 * i + 1][v]);
        }
      }
    }
#pragma GCC unroll 2
    for (int v = 0; v < kShortVectors; ++v) {
      StoreShorts(slots + row + static_cast<std::size_t>(v * kShortLanes), value[0][v]);
    }
  }
}

/// One operation on every tile, so that it is decoded once for all of them.
template <int kLevels, bool kLeaves>
RI_INLINE void ChooseTiles(const std::int32_t* w, const PredictTiles& tiles, std::size_t slot) {
  for (std::size_t t = 0; t < tiles.count; ++t) {
    Choose<kLevels, kLeaves>(w, tiles.ranks + t * tiles.rank_stride,
                             tiles.slots + t * kMostChoiceSlots * kTileRows + slot);
  }
}

void Predict(const std::int32_t* w, const double* leaf_values, const PredictTiles& tiles) {
  while (true) {
    const std::int32_t operation = *w & 0xff;
    const std::size_t slot = static_cast<std::size_t>(*w >> 8) * kTileRows;
    ++w;
    switch (operation) {
      case kChooseLeaf:
        for (std::size_t t = 0; t < tiles.count; ++t) {
          std::int16_t* to = tiles.slots + t * kMostChoiceSlots * kTileRows + slot;
          for (std::size_t row = 0; row < kTileRows; row += kShortLanes) {
            StoreShorts(to + row, SpreadTwin(w[0]));
          }
        }
        w += 1;
        break;
      case kChooseLeaves1:
        ChooseTiles<1, true>(w, tiles, slot);
        w += 4;
        break;
      case kChooseLeaves2:
        ChooseTiles<2, true>(w, tiles, slot);
        w += 10;
        break;
      case kChooseLeaves3:
        ChooseTiles<3, true>(w, tiles, slot);
        w += 22;
        break;
      case kChooseSlots1:
        ChooseTiles<1, false>(w, tiles, slot);
        w += 2;
        break;
      case kChooseSlots2:
        ChooseTiles<2, false>(w, tiles, slot);
        w += 6;
        break;
      case kChooseSlots3:
        ChooseTiles<3, false>(w, tiles, slot);
        w += 14;
        break;
      default:
        for (std::size_t t = 0; t < tiles.count; ++t) {
          const std::int16_t* leaf = tiles.slots + t * kMostChoiceSlots * kTileRows;
          double* margins = tiles.margins + t * kTileRows;
          for (std::size_t row = 0; row < kTileRows; ++row) {
            margins[row] += leaf_values[static_cast<std::uint16_t>(leaf[row])];
          }
        }
        return;
    }
  }
}

}  // namespace
}  // namespace ri::explanations::kernels
