#include "metrics/drift.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"

namespace ri::metrics {
namespace {

TEST(PopulationStabilityIndex, MatchesReferenceValue) {
  const auto psi = PopulationStabilityIndex(std::vector<double>{250, 250, 500},
                                            std::vector<double>{200, 300, 500});
  EXPECT_NEAR(psi.value, .0202733, 5e-8);
  EXPECT_NEAR(psi.p_value, std::exp(-.0202733 / .002 / 2), 1e-6);  // chi2(2) is exponential
}

TEST(PopulationStabilityIndex, IsSymmetricAndZeroForEqualShares) {
  const std::vector<double> a = {10, 20, 0, 5};
  const std::vector<double> b = {20, 40, 0, 10};
  const std::vector<double> c = {1, 7, 3, 9};
  EXPECT_NEAR(PopulationStabilityIndex(a, b).value, 0, 1e-15);
  EXPECT_NEAR(PopulationStabilityIndex(a, c).value, PopulationStabilityIndex(c, a).value, 1e-12);
  EXPECT_TRUE(std::isfinite(PopulationStabilityIndex(a, c).value));
  EXPECT_EQ(PopulationStabilityIndex({}, {}).p_value, 1);
  EXPECT_EQ(PopulationStabilityIndex(a, std::vector<double>(4, 0)).p_value, 1);
}

// 1,000 pairs of samples of 200 from 10 equal bins: the value exceeds .1 in about 35 % of them, the
// p-value falls below 5 % in about 5 %. Bounds are about 4 standard errors wide.
TEST(PopulationStabilityIndex, PValueKeepsItsLevelWhereTheRuleOfThumbDoesNot) {
  base::RandomStream stream(4, "psi");
  int above_rule = 0;
  int rejected = 0;
  for (int repeat = 0; repeat < 1000; ++repeat) {
    std::vector<double> e(10, 0), a(10, 0);
    for (int i = 0; i < 200; ++i) {
      e[stream.Below(10)] += 1;
      a[stream.Below(10)] += 1;
    }
    const auto psi = PopulationStabilityIndex(e, a);
    above_rule += psi.value > .1;
    rejected += psi.p_value < .05;
  }
  EXPECT_NEAR(above_rule, 350, 70);
  EXPECT_NEAR(rejected, 55, 30);
}

// The example in the documentation of scipy.spatial.distance.jensenshannon, squared, in bits.
TEST(JensenShannonDivergence, MatchesPublishedExample) {
  EXPECT_NEAR(JensenShannonDivergence(std::vector<double>{1, 0}, std::vector<double>{.5, .5}),
              0.46450140402245893 * 0.46450140402245893 / std::log(2), 1e-14);
  EXPECT_DOUBLE_EQ(JensenShannonDivergence(std::vector<double>{1, 0}, std::vector<double>{0, 7}),
                   1);
  EXPECT_DOUBLE_EQ(JensenShannonDivergence(std::vector<double>{1, 3}, std::vector<double>{2, 6}),
                   0);
  EXPECT_TRUE(std::isnan(JensenShannonDivergence(std::vector<double>{0}, std::vector<double>{1})));
}

// Critical values of the Kolmogorov distribution (Smirnov 1948).
TEST(KolmogorovTail, MatchesPublishedTable) {
  EXPECT_NEAR(KolmogorovTail(1.2238), .10, 1e-4);
  EXPECT_NEAR(KolmogorovTail(1.3581), .05, 1e-4);
  EXPECT_NEAR(KolmogorovTail(1.6276), .01, 1e-5);
  EXPECT_NEAR(KolmogorovTail(std::nextafter(1, 0)), KolmogorovTail(1), 1e-12);
  EXPECT_NEAR(KolmogorovTail(.2), 1, 1e-9);
  EXPECT_EQ(KolmogorovTail(0), 1);
}

TEST(KolmogorovSmirnov, IsTheLargestGap) {
  EXPECT_DOUBLE_EQ(
      KolmogorovSmirnov(std::vector<double>{1, 2, 3}, std::vector<double>{4, 5}).distance, 1);
  EXPECT_DOUBLE_EQ(
      KolmogorovSmirnov(std::vector<double>{1, 2, 2, 3}, std::vector<double>{2, 2}).distance, .25);
  EXPECT_DOUBLE_EQ(KolmogorovSmirnov(std::vector<double>{1, 2}, std::vector<double>{2, 1}).distance,
                   0);
  EXPECT_TRUE(std::isnan(KolmogorovSmirnov({}, std::vector<double>{1}).distance));
}

// 1,000 equal pairs at level 5 %: 50 expected, deviation 7.
TEST(KolmogorovSmirnov, KeepsItsLevel) {
  base::RandomStream stream(5, "ks");
  int rejected = 0;
  for (int repeat = 0; repeat < 1000; ++repeat) {
    std::vector<double> a(80), b(120);
    for (double& x : a) {
      x = stream.Normal();
    }
    for (double& x : b) {
      x = stream.Normal();
    }
    rejected += KolmogorovSmirnov(a, b).p_value < .05;
  }
  EXPECT_NEAR(rejected, 50, 30);
}

// The examples in the documentation of scipy.stats.wasserstein_distance.
TEST(WassersteinDistance, MatchesPublishedExamples) {
  EXPECT_DOUBLE_EQ(WassersteinDistance(std::vector<double>{0, 1, 3}, std::vector<double>{5, 6, 8}),
                   5);
  EXPECT_DOUBLE_EQ(WassersteinDistance(std::vector<double>{0, 0, 0, 1}, std::vector<double>{0, 1}),
                   .25);
}

}  // namespace
}  // namespace ri::metrics
