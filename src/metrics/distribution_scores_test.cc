#include "metrics/distribution_scores.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"

namespace ri::metrics {
namespace {

double BruteForceCrps(const std::vector<double>& x, const std::vector<double>& p, double y) {
  double near = 0;
  double spread = 0;
  double total = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    total += p[i];
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    near += p[i] / total * std::fabs(x[i] - y);
    for (std::size_t j = 0; j < x.size(); ++j) {
      spread += p[i] * p[j] / total / total * std::fabs(x[i] - x[j]);
    }
  }
  return near - spread / 2;
}

TEST(Crps, MatchesReferenceValues) {
  EXPECT_NEAR(CrpsOfSample(std::vector<double>{1, 2, 3, 4}, 2.5), .375, 1e-15);
  EXPECT_NEAR(CrpsOfNormal(0, 1, 0), .2336950, 5e-8);
  EXPECT_NEAR(CrpsOfNormal(0, 1, 1), .6024414, 5e-8);
}

TEST(Crps, EqualsItsDefinitionForAnyDistribution) {
  base::RandomStream stream(3, "crps");
  for (int repeat = 0; repeat < 50; ++repeat) {
    std::vector<double> x, p;
    for (int i = 0; i < 12; ++i) {
      x.push_back(std::floor(6 * stream.Normal()) / 2);  // ties
      p.push_back(stream.Below(5) == 0 ? 0 : stream.Exponential());
    }
    for (const double y : {-20.0, -1.25, 0.0, x[3], 1.5, 20.0}) {
      EXPECT_NEAR(CrpsOfDiscrete(x, p, y), BruteForceCrps(x, p, y), 1e-12) << y;
      EXPECT_NEAR(CrpsOfSample(x, y), BruteForceCrps(x, std::vector<double>(12, 1), y), 1e-12);
    }
  }
}

TEST(Crps, OfAPointIsTheAbsoluteError) {
  EXPECT_DOUBLE_EQ(CrpsOfSample(std::vector<double>{3}, 5), 2);
  EXPECT_DOUBLE_EQ(CrpsOfSample(std::vector<double>{3}, 1), 2);
  EXPECT_TRUE(std::isnan(CrpsOfSample({}, 1)));
}

TEST(Crps, OfAFineGridApproachesTheNormal) {
  std::vector<double> sample;
  for (int i = 0; i < 4000; ++i) {
    sample.push_back(2 + 3 * base::NormalQuantile((i + .5) / 4000));
  }
  EXPECT_NEAR(CrpsOfSample(sample, 4), CrpsOfNormal(2, 3, 4), 1e-3);
}

TEST(PinballLoss, PenalisesBothSidesByLevel) {
  EXPECT_DOUBLE_EQ(PinballLoss(10, 12, .9), 1.8);
  EXPECT_NEAR(PinballLoss(10, 8, .9), .2, 1e-15);
  EXPECT_DOUBLE_EQ(PinballLoss(10, 10, .3), 0);
}

TEST(IntervalCoverage, CountsBothEnds) {
  const std::vector<double> low = {0, 0, 0, 0};
  const std::vector<double> high = {1, 1, 1, 1};
  const std::vector<double> seen = {0, 1, 1.01, -.01};
  EXPECT_DOUBLE_EQ(IntervalCoverage(low, high, seen), .5);
  EXPECT_DOUBLE_EQ(IntervalCoverage(low, high, seen, std::vector<double>{3, 3, 1, 1}), .75);
}

}  // namespace
}  // namespace ri::metrics
