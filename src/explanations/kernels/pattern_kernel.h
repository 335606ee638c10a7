#pragma once

/// Interventional values by table: the pattern of every row from branch-free comparisons, then the
/// table rows of a few deals at a time, transposed to the column-wise sums.
///
/// Included once per instruction set; everything has internal linkage.

#include "explanations/kernels/kernel_table.h"
#include "explanations/kernels/lanes.h"

namespace ri::explanations::kernels {
namespace {  // NOLINT(google-build-namespaces): see lanes.h

void Patterns(const PatternUnit& unit, const float* tile, std::int32_t* patterns) {
  constexpr std::size_t kVectorsOfRows = kTileRows / kLanes;
  Integers pattern[kVectorsOfRows] = {};
  std::int32_t k = 0;
  for (; k < unit.num_tests - unit.num_at_most; ++k) {
    const PatternTest& test = unit.tests[k];
    const Vector low = Spread(test.low);
    const Vector high = Spread(test.high);
#pragma GCC unroll 4
    for (std::size_t v = 0; v < kVectorsOfRows; ++v) {
      const Mask met = Between(low, Load(tile + test.x_low + v * kLanes),
                               Load(tile + test.x_high + v * kLanes), high);
      pattern[v] = OrWhere(met, pattern[v], 1 << k);
    }
  }
  for (; k < unit.num_tests; ++k) {
    const PatternTest& test = unit.tests[k];
    const Vector high = Spread(test.high);
#pragma GCC unroll 4
    for (std::size_t v = 0; v < kVectorsOfRows; ++v) {
      const Mask met = LessEqual(Load(tile + test.x_high + v * kLanes), high);
      pattern[v] = OrWhere(met, pattern[v], 1 << k);
    }
  }
#pragma GCC unroll 4
  for (std::size_t v = 0; v < kVectorsOfRows; ++v) {
    *reinterpret_cast<Integers*>(patterns + v * kLanes) = pattern[v];
  }
}

#if defined(__AVX512F__)
constexpr int kRowsAtOnce = 8;
using Doubles = __m512d;

/// Columns 0 and 1 of eight table rows.
RI_INLINE void TwoColumns(const double* table, const std::int32_t* rows, Doubles& first,
                          Doubles& second) {
  const auto even = [&](int i) RI_INLINE_LAMBDA { return _mm_load_pd(table + rows[i]); };
  __m512d a = _mm512_castpd128_pd512(even(0));
  __m512d b = _mm512_castpd128_pd512(even(1));
  a = _mm512_insertf64x2(a, even(2), 1);
  b = _mm512_insertf64x2(b, even(3), 1);
  a = _mm512_insertf64x2(a, even(4), 2);
  b = _mm512_insertf64x2(b, even(5), 2);
  a = _mm512_insertf64x2(a, even(6), 3);
  b = _mm512_insertf64x2(b, even(7), 3);
  using Shuffle __attribute__((vector_size(64))) = std::int64_t;
  first = __builtin_shuffle(a, b, Shuffle{0, 8, 2, 10, 4, 12, 6, 14});
  second = __builtin_shuffle(a, b, Shuffle{1, 9, 3, 11, 5, 13, 7, 15});
}
#elif defined(__AVX2__)
constexpr int kRowsAtOnce = 4;
using Doubles __attribute__((vector_size(32))) = double;

RI_INLINE void TwoColumns(const double* table, const std::int32_t* rows, Doubles& first,
                          Doubles& second) {
  const auto pair = [&](int i) RI_INLINE_LAMBDA { return _mm_load_pd(table + rows[i]); };
  const __m256d a = _mm256_insertf128_pd(_mm256_castpd128_pd256(pair(0)), pair(2), 1);
  const __m256d b = _mm256_insertf128_pd(_mm256_castpd128_pd256(pair(1)), pair(3), 1);
  first = _mm256_unpacklo_pd(a, b);
  second = _mm256_unpackhi_pd(a, b);
}
#else
constexpr int kRowsAtOnce = 2;
using Doubles __attribute__((vector_size(16))) = double;

RI_INLINE void TwoColumns(const double* table, const std::int32_t* rows, Doubles& first,
                          Doubles& second) {
  using Shuffle __attribute__((vector_size(16))) = std::int64_t;
  const Doubles a = *reinterpret_cast<const Doubles*>(table + rows[0]);
  const Doubles b = *reinterpret_cast<const Doubles*>(table + rows[1]);
  first = __builtin_shuffle(a, b, Shuffle{0, 2});
  second = __builtin_shuffle(a, b, Shuffle{1, 3});
}
#endif

RI_INLINE void AddTo(double* sums, Doubles a) { *reinterpret_cast<Doubles*>(sums) += a; }

/// Adds the columns of one part of the tile; `rows` are the places of its table rows.
RI_INLINE void AddPart(const PatternUnit& unit, const std::int32_t* rows, double* part) {
  const double* table = unit.table;
  const std::int32_t* offsets = unit.sum_offsets;
  for (std::int32_t k = 0; k < unit.num_columns; k += 4) {
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kPartRows; i += kRowsAtOnce) {
      Doubles column[4];
      TwoColumns(table, rows + i, column[0], column[1]);
      TwoColumns(table + 2, rows + i, column[2], column[3]);
#pragma GCC unroll 4
      for (int c = 0; c < 4; ++c) {
        AddTo(part + offsets[c] + i, column[c]);
      }
    }
    table += 4;
    offsets += 4;
  }
}

void PatternValues(const PatternUnit& unit, const float* tile, double* sums, std::size_t num_sums) {
  alignas(64) std::int32_t rows[kTileRows];
  Patterns(unit, tile, rows);
  for (std::int32_t& row : rows) {
    row *= unit.num_columns;
  }
  for (std::size_t row = 0; row < kTileRows; row += kPartRows) {
    AddPart(unit, rows + row, sums + row * num_sums);
  }
}

}  // namespace
}  // namespace ri::explanations::kernels
