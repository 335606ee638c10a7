#pragma once

/// The few vector operations the kernels use, for the instruction set this file is compiled for:
/// 16 float lanes with AVX-512, 8 with AVX2, else 4. Everything has internal linkage, because the
/// same names are compiled several times with different machine flags into one program.

#include <cstddef>
#include <cstdint>

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

namespace ri::explanations::kernels {
namespace {  // NOLINT(google-build-namespaces): see above

#define RI_INLINE __attribute__((always_inline)) inline
#define RI_INLINE_LAMBDA __attribute__((always_inline))

#if defined(__AVX512F__)

constexpr int kLanes = 16;
using Vector = __m512;
using Mask = __mmask16;

RI_INLINE Vector Load(const float* p) { return _mm512_load_ps(p); }
RI_INLINE void Store(float* p, Vector a) { _mm512_store_ps(p, a); }
RI_INLINE Vector Spread(float a) { return _mm512_set1_ps(a); }
RI_INLINE Mask Less(Vector a, Vector b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
/// a <= b and c <= d
RI_INLINE Mask Between(Vector a, Vector b, Vector c, Vector d) {
  return _mm512_mask_cmp_ps_mask(_mm512_cmp_ps_mask(a, b, _CMP_LE_OQ), c, d, _CMP_LE_OQ);
}
/// yes where the mask is set, no elsewhere.
RI_INLINE Vector Select(Mask m, Vector yes, Vector no) { return _mm512_mask_mov_ps(no, m, yes); }
RI_INLINE Vector MultiplyAdd(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
/// c - a b
RI_INLINE Vector SubtractProduct(Vector a, Vector b, Vector c) { return _mm512_fnmadd_ps(a, b, c); }

using Integers = __m512i;
RI_INLINE Integers OrWhere(Mask m, Integers a, std::int32_t bits) {
  return _mm512_mask_or_epi32(a, m, a, _mm512_set1_epi32(bits));
}
RI_INLINE Mask LessEqual(Vector a, Vector b) { return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ); }

#else

#if defined(__AVX2__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif
using Vector __attribute__((vector_size(4 * kLanes))) = float;
using Mask __attribute__((vector_size(4 * kLanes))) = std::int32_t;

RI_INLINE Vector Load(const float* p) { return *reinterpret_cast<const Vector*>(p); }
RI_INLINE void Store(float* p, Vector a) { *reinterpret_cast<Vector*>(p) = a; }
RI_INLINE Vector Spread(float a) { return a - Vector{}; }
RI_INLINE Mask Less(Vector a, Vector b) { return a < b; }
RI_INLINE Mask Between(Vector a, Vector b, Vector c, Vector d) { return (a <= b) & (c <= d); }
RI_INLINE Vector Select(Mask m, Vector yes, Vector no) { return m ? yes : no; }

using Integers = Mask;
RI_INLINE Integers OrWhere(Mask m, Integers a, std::int32_t bits) { return a | (m & bits); }
RI_INLINE Mask LessEqual(Vector a, Vector b) { return a <= b; }

#if defined(__FMA__)
RI_INLINE Vector MultiplyAdd(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
RI_INLINE Vector SubtractProduct(Vector a, Vector b, Vector c) { return _mm256_fnmadd_ps(a, b, c); }
#else
RI_INLINE Vector MultiplyAdd(Vector a, Vector b, Vector c) { return a * b + c; }
RI_INLINE Vector SubtractProduct(Vector a, Vector b, Vector c) { return c - a * b; }
#endif

#endif

}  // namespace
}  // namespace ri::explanations::kernels
