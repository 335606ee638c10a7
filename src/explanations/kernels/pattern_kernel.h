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
  for (std::size_t row = 0; row < kTileRows; row += kLanes) {
    Integers pattern{};
    for (std::int32_t k = 0; k < unit.num_tests; ++k) {
      const PatternTest& test = unit.tests[k];
      Mask met;
      switch (test.kind) {
        case PatternTest::kAtMost:
          met = LessEqual(Load(tile + test.x_high + row), Spread(test.high));
          break;
        case PatternTest::kAtLeast:
          met = LessEqual(Spread(test.low), Load(tile + test.x_low + row));
          break;
        default:
          met = Between(Spread(test.low), Load(tile + test.x_low + row),
                        Load(tile + test.x_high + row), Spread(test.high));
          break;
      }
      pattern = OrWhere(met, pattern, 1 << k);
    }
    *reinterpret_cast<Integers*>(patterns + row) = pattern;
  }
}

#if defined(__AVX2__)
constexpr int kRowsAtOnce = 4;
using Doubles __attribute__((vector_size(32))) = double;
using Shuffle __attribute__((vector_size(32))) = std::int64_t;

/// Columns k and k + 1 of four table rows.
RI_INLINE void TwoColumns(const double* const* rows, std::int32_t k, Doubles& first,
                          Doubles& second) {
  const __m256d a = _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_load_pd(rows[0] + k)),
                                         _mm_load_pd(rows[2] + k), 1);
  const __m256d b = _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_load_pd(rows[1] + k)),
                                         _mm_load_pd(rows[3] + k), 1);
  first = _mm256_unpacklo_pd(a, b);
  second = _mm256_unpackhi_pd(a, b);
}
#else
constexpr int kRowsAtOnce = 2;
using Doubles __attribute__((vector_size(16))) = double;
using Shuffle __attribute__((vector_size(16))) = std::int64_t;

RI_INLINE void TwoColumns(const double* const* rows, std::int32_t k, Doubles& first,
                          Doubles& second) {
  const Doubles a = *reinterpret_cast<const Doubles*>(rows[0] + k);
  const Doubles b = *reinterpret_cast<const Doubles*>(rows[1] + k);
  first = __builtin_shuffle(a, b, Shuffle{0, 2});
  second = __builtin_shuffle(a, b, Shuffle{1, 3});
}
#endif

RI_INLINE void AddTo(double* sums, Doubles a) { *reinterpret_cast<Doubles*>(sums) += a; }

void PatternValues(const PatternUnit& unit, const float* tile, double* sums, std::size_t num_sums) {
  alignas(64) std::int32_t patterns[kTileRows];
  Patterns(unit, tile, patterns);
  const std::int32_t columns = unit.num_columns;
  for (std::size_t row = 0; row < kTileRows; row += kRowsAtOnce) {
    double* part = sums + row / kPartRows * kPartRows * num_sums + row % kPartRows;
    const double* rows[kRowsAtOnce];
    for (int i = 0; i < kRowsAtOnce; ++i) {
      rows[i] = unit.table + static_cast<std::ptrdiff_t>(patterns[row + i]) * columns;
    }
    for (std::int32_t k = 0; k < columns; k += 2) {
      Doubles first;
      Doubles second;
      TwoColumns(rows, k, first, second);
      AddTo(part + unit.sum_offsets[k], first);
      AddTo(part + unit.sum_offsets[k + 1], second);
    }
  }
}

}  // namespace
}  // namespace ri::explanations::kernels
