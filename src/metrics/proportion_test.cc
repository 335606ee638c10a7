#include "metrics/proportion.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ri::metrics {
namespace {

// Computed once by integrating the beta density numerically (Simpson's rule after x = sin^2 u) and
// bisecting; independent of the code under test.
TEST(JeffreysInterval, MatchesReferenceValues) {
  EXPECT_EQ(JeffreysInterval(0, 7, .95).low, 0);
  EXPECT_NEAR(JeffreysInterval(1, 7, .95).low, 0.0158765242, 1e-9);
  EXPECT_NEAR(JeffreysInterval(1, 7, .95).high, 0.5007974616, 1e-9);
  EXPECT_NEAR(JeffreysInterval(3, 7, .95).low, 0.1388642191, 1e-9);
  EXPECT_NEAR(JeffreysInterval(3, 7, .95).high, 0.7654987507, 1e-9);
}

TEST(JeffreysInterval, MirrorsEventsAndNonEvents) {
  for (const double events : {0.0, 1.0, 12.5, 39.0, 40.0}) {
    const auto a = JeffreysInterval(events, 40, .8);
    const auto b = JeffreysInterval(40 - events, 40, .8);
    EXPECT_NEAR(a.low, 1 - b.high, 1e-12);
    EXPECT_LE(a.low, events / 40);
    EXPECT_GE(a.high, events / 40);
  }
}

// The exact coverage of the 80 % interval at n = 40, averaged over p: 80 % to within a point.
TEST(JeffreysInterval, CoversOnAverage) {
  double coverage = 0;
  int count = 0;
  for (double p = .025; p < 1; p += .05, ++count) {
    for (int x = 0; x <= 40; ++x) {
      const auto interval = JeffreysInterval(x, 40, .8);
      if (p >= interval.low && p <= interval.high) {
        coverage += std::exp(std::lgamma(41) - std::lgamma(x + 1) - std::lgamma(41 - x) +
                             x * std::log(p) + (40 - x) * std::log(1 - p));
      }
    }
  }
  EXPECT_NEAR(coverage / count, .8, .015);
}

TEST(JeffreysInterval, NothingSeenMeansAnything) {
  EXPECT_EQ(JeffreysInterval(0, 0, .8).low, 0);
  EXPECT_EQ(JeffreysInterval(0, 0, .8).high, 1);
}

TEST(BetaQuantile, IsTheIdentityForTheUniform) {
  EXPECT_NEAR(BetaQuantile(1, 1, .3), .3, 1e-14);
  EXPECT_NEAR(BetaQuantile(2, 1, .25), .5, 1e-14);  // distribution function x^2
}

}  // namespace
}  // namespace ri::metrics
