#include "forecasting/distribution.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "base/random.h"
#include "metrics/distribution_scores.h"

namespace ri::forecasting {
namespace {

constexpr double kExact = 1e-12;

Distribution Dice() { return *Distribution::FromMasses(1, 1, std::vector<double>(6, 1.0 / 6)); }

// Cells of .001 approximate a continuous law.
Distribution StandardNormal() {
  const double cell = 0.001;
  std::vector<double> masses;
  for (int k = -9000; k <= 9000; ++k) {
    masses.push_back(base::NormalDistribution((k + .5) * cell) -
                     base::NormalDistribution((k - .5) * cell));
  }
  return *Distribution::FromMasses(-9, cell, masses);
}

TEST(Distribution, MomentsAndProbabilitiesOfADie) {
  const Distribution die = Dice();
  EXPECT_NEAR(die.mean(), 3.5, kExact);
  EXPECT_NEAR(die.variance(), 35.0 / 12, kExact);
  EXPECT_NEAR(die.Cdf(2), 1.0 / 3, kExact);
  EXPECT_NEAR(die.Cdf(2.99), 1.0 / 3, kExact);
  EXPECT_NEAR(die.CdfBelow(2), 1.0 / 6, kExact);
  EXPECT_NEAR(die.ProbabilityAtLeast(2), 5.0 / 6, kExact);
  EXPECT_EQ(die.ProbabilityAtLeast(1), 1);
  EXPECT_EQ(die.ProbabilityAtLeast(6.01), 0);
  EXPECT_EQ(die.Quantile(0.5), 3);
  EXPECT_EQ(die.Quantile(0), 1);
  EXPECT_EQ(die.Quantile(1), 6);
  EXPECT_NEAR(die.ExpectedShortfallBelow(3), (2 + 1) / 6.0, kExact);
  EXPECT_NEAR(die.LowerTailMean(0.5), 2, kExact);
}

TEST(Distribution, CrpsMatchesKnownValues) {
  // Gneiting and Raftery 2007, closed form of the normal law.
  EXPECT_NEAR(StandardNormal().Crps(0), .2336950, 1e-6);
  EXPECT_NEAR(StandardNormal().Crps(1), .6024414, 1e-6);
  const auto sample = Distribution::FromMasses(1, 1, {.25, .25, .25, .25});
  EXPECT_NEAR(sample->Crps(2.5), .375, kExact);
  EXPECT_NEAR(Distribution::Point(3).Crps(5), 2, kExact) << "a point forecast scores its error";
  EXPECT_NEAR(Distribution::Point(3).Crps(-1), 4, kExact);
}

TEST(Distribution, CrpsEqualsTheDoubleSumOverPairs) {
  base::RandomStream stream(6, "crps-test");
  for (int round = 0; round < 20; ++round) {
    std::vector<double> masses;
    std::vector<double> values;
    double total = 0;
    for (int k = 0; k < 40; ++k) {
      masses.push_back(stream.Bernoulli(.3) && k > 0 && k < 39 ? 0 : stream.Exponential());
      values.push_back(-7 + .25 * k);
      total += masses.back();
    }
    for (double& mass : masses) {
      mass /= total;
    }
    const auto law = Distribution::FromMasses(-7, .25, masses);
    for (const double y : {-20.0, -7.0, -3.1, 0.0, 2.75, 9.0}) {
      EXPECT_NEAR(law->Crps(y), metrics::CrpsOfDiscrete(values, masses, y), kExact);
    }
  }
}

TEST(Distribution, ScalingKeepsTheMedianAndStretchesTheRest) {
  const Distribution wide = StandardNormal().Shifted(10).ScaledAboutMedian(1.5);
  EXPECT_NEAR(wide.Quantile(.5), 10, 2e-3);
  EXPECT_NEAR(wide.standard_deviation(), 1.5, 1e-5);
  EXPECT_NEAR(wide.Quantile(.9), 10 + 1.5 * 1.2815516, 2e-3);
}

TEST(Distribution, SamplesKeepTheirMean) {
  const std::vector<double> samples{1.25, 3.5, 3.75, 10};
  const auto law = Distribution::FromSamples(samples, 64);
  EXPECT_NEAR(law->mean(), 4.625, kExact);
  EXPECT_EQ(Distribution::FromSamples(std::vector<double>{2, 2})->Quantile(.3), 2);
  EXPECT_FALSE(Distribution::FromSamples({}).has_value());
}

TEST(Distribution, RefusesWhatIsNoDistribution) {
  EXPECT_FALSE(Distribution::FromMasses(0, 1, {}).has_value());
  EXPECT_FALSE(Distribution::FromMasses(0, 1, {.5, .4}).has_value());
  EXPECT_FALSE(Distribution::FromMasses(0, 1, {1.5, -.5}).has_value());
  EXPECT_FALSE(Distribution::FromMasses(0, 0, {1}).has_value());
  EXPECT_FALSE(Distribution::FromMasses(0, 1, {std::nan("")}).has_value());
}

}  // namespace
}  // namespace ri::forecasting
