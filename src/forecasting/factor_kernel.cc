#include "forecasting/factor_kernel.h"

#include <cstring>

// Run-time dispatch needs the loader's indirect functions, which sanitizers do not support.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define RI_DISPATCH __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define RI_DISPATCH
#endif

namespace ri::forecasting {
namespace {

using Lanes = double __attribute__((vector_size(kLanesPerStep * sizeof(double))));

}  // namespace

RI_DISPATCH void MultiplyFactors(const double* probability, const double* phi_minus_one,
                                 std::size_t num_deals, std::size_t num_lanes,
                                 std::span<const std::uint32_t> steps, double* state_re,
                                 double* state_im) {
  constexpr std::size_t kBlock = kFrequenciesPerBlock;
  for (const std::uint32_t step : steps) {
    const std::size_t lane = step * kLanesPerStep;
    Lanes re[kBlock];
    Lanes im[kBlock];
    for (std::size_t f = 0; f < kBlock; ++f) {
      std::memcpy(&re[f], state_re + f * num_lanes + lane, sizeof(Lanes));
      std::memcpy(&im[f], state_im + f * num_lanes + lane, sizeof(Lanes));
    }
    const double* row = probability + lane;
    const double* phi = phi_minus_one;
    for (std::size_t d = 0; d < num_deals; ++d, row += num_lanes, phi += 2 * kBlock) {
      Lanes p;
      std::memcpy(&p, row, sizeof(Lanes));
#pragma GCC unroll 4
      for (std::size_t f = 0; f < kBlock; ++f) {
        const Lanes factor_re = 1.0 + p * phi[f];
        const Lanes factor_im = p * phi[kBlock + f];
        const Lanes next_re = re[f] * factor_re - im[f] * factor_im;
        im[f] = re[f] * factor_im + im[f] * factor_re;
        re[f] = next_re;
      }
    }
    for (std::size_t f = 0; f < kBlock; ++f) {
      std::memcpy(state_re + f * num_lanes + lane, &re[f], sizeof(Lanes));
      std::memcpy(state_im + f * num_lanes + lane, &im[f], sizeof(Lanes));
    }
  }
}

RI_DISPATCH void AddWeighted(const double* weights, std::size_t count, double re, double im,
                             double* sum_re, double* sum_im) {
  std::size_t i = 0;
  for (; i + kLanesPerStep <= count; i += kLanesPerStep) {
    Lanes weight;
    Lanes a;
    Lanes b;
    std::memcpy(&weight, weights + i, sizeof(Lanes));
    std::memcpy(&a, sum_re + i, sizeof(Lanes));
    std::memcpy(&b, sum_im + i, sizeof(Lanes));
    a += weight * re;
    b += weight * im;
    std::memcpy(sum_re + i, &a, sizeof(Lanes));
    std::memcpy(sum_im + i, &b, sizeof(Lanes));
  }
  for (; i < count; ++i) {
    sum_re[i] += weights[i] * re;
    sum_im[i] += weights[i] * im;
  }
}

RI_DISPATCH void MultiplyTeamMeans(const double* by_lane, std::span<const std::uint32_t> lanes,
                                   std::span<const double> weight, std::span<double> product) {
  constexpr std::size_t kBlock = kFrequenciesPerBlock;
  constexpr std::size_t kRow = 2 * kBlock;
  static_assert(kRow == kLanesPerStep);
  const std::uint32_t* lane = lanes.data();
  for (double* state = product.data(); state != product.data() + product.size(); state += kRow) {
    Lanes sum = {};
    for (const double w : weight) {
      Lanes row;
      std::memcpy(&row, by_lane + *lane++ * kRow, sizeof(Lanes));
      sum += w * row;
    }
    for (std::size_t f = 0; f < kBlock; ++f) {
      const double re = state[f];
      const double im = state[kBlock + f];
      state[f] = re * sum[f] - im * sum[kBlock + f];
      state[kBlock + f] = re * sum[kBlock + f] + im * sum[f];
    }
  }
}

}  // namespace ri::forecasting
