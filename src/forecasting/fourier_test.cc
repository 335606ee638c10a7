#include "forecasting/fourier.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "base/random.h"

namespace ri::forecasting {
namespace {

constexpr double kRounding = 1e-13;

TEST(Fourier, TransformEqualsTheDefinitionAndInverts) {
  for (const std::size_t n : {8, 48, 256}) {
    base::RandomStream stream(3, "fourier-test", n);
    std::vector<double> values(n);
    for (double& value : values) {
      value = stream.Uniform();
    }
    const auto spectrum = RealTransform(values);
    const auto roots = RootsOfUnity(n);
    ASSERT_EQ(spectrum.size(), n / 2 + 1);
    for (std::size_t j = 0; j <= n / 2; ++j) {
      std::complex<double> sum = 0;
      for (std::size_t k = 0; k < n; ++k) {
        sum += values[k] * roots[j * k % n];
      }
      EXPECT_NEAR(std::abs(sum - spectrum[j]), 0, kRounding * static_cast<double>(n));
    }
    const auto back = InverseRealTransform(spectrum, n);
    for (std::size_t k = 0; k < n; ++k) {
      EXPECT_NEAR(back[k], values[k], kRounding);
    }
  }
}

TEST(Fourier, RootsAreExactOnTheAxesAndOpposite) {
  const auto roots = RootsOfUnity(64);
  EXPECT_EQ(roots[0], std::complex<double>(1, 0));
  EXPECT_EQ(roots[32], std::complex<double>(-1, 0));
  for (std::size_t k = 0; k < 64; ++k) {
    EXPECT_EQ(roots[k], -roots[(k + 32) % 64]);
    EXPECT_NEAR(
        std::arg(roots[k]),
        -std::remainder(2 * std::numbers::pi * static_cast<double>(k) / 64, 2 * std::numbers::pi),
        k == 32 ? 7 : 1e-15);
  }
}

}  // namespace
}  // namespace ri::forecasting
