#include "metrics/calibration_tests.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"
#include "domain/probability.h"

namespace ri::metrics {
namespace {

struct Simulated {
  std::vector<double> forecasts;
  std::vector<double> outcomes;
  std::vector<std::uint32_t> clusters;
};

// `repeats` equal rows per deal; the truth is slope * logit p + intercept.
Simulated Draw(std::uint32_t deals, int repeats, double intercept, double slope,
               std::uint64_t seed) {
  base::RandomStream stream(seed, "cox");
  Simulated data;
  for (std::uint32_t deal = 0; deal < deals; ++deal) {
    const double margin = stream.Normal();
    const bool won = stream.Bernoulli(domain::Logistic(intercept + slope * margin));
    for (int i = 0; i < repeats; ++i) {
      data.forecasts.push_back(domain::Logistic(margin));
      data.outcomes.push_back(won ? 1 : 0);
      data.clusters.push_back(deal);
    }
  }
  return data;
}

TEST(FitCalibrationLine, RecoversAKnownLine) {
  const Simulated data = Draw(4000, 1, .3, .7, 11);
  const auto line = FitCalibrationLine(data.forecasts, data.outcomes);
  ASSERT_TRUE(line);
  // 4 standard errors: false-alarm rate 6e-5 per line.
  EXPECT_NEAR(line->intercept, .3, 4 * line->intercept_error);
  EXPECT_NEAR(line->slope, .7, 4 * line->slope_error);
  EXPECT_LT(line->slope_error, .06);
}

TEST(FitCalibrationLine, SoftLabelsOnTheLineGiveItExactly) {
  std::vector<double> p, y;
  for (double m = -3; m <= 3; m += .25) {
    p.push_back(domain::Logistic(m));
    y.push_back(domain::Logistic(-.4 + 1.3 * m));
  }
  const auto line = FitCalibrationLine(p, y);
  ASSERT_TRUE(line);
  EXPECT_NEAR(line->intercept, -.4, 1e-9);
  EXPECT_NEAR(line->slope, 1.3, 1e-9);
}

TEST(FitCalibrationLine, RepeatedRowsDoNotShrinkTheError) {
  const Simulated once = Draw(500, 1, 0, 1, 5);
  const Simulated often = Draw(500, 8, 0, 1, 5);
  const auto a = FitCalibrationLine(once.forecasts, once.outcomes, once.clusters);
  const auto b = FitCalibrationLine(often.forecasts, often.outcomes, often.clusters);
  ASSERT_TRUE(a && b);
  EXPECT_NEAR(a->slope, b->slope, 1e-8);
  EXPECT_NEAR(a->slope_error, b->slope_error, 1e-8);
  EXPECT_NEAR(a->intercept_in_the_large_error, b->intercept_in_the_large_error, 1e-8);
}

TEST(FitCalibrationLine, LargeInterceptMatchesTheTotal) {
  const Simulated data = Draw(800, 1, -.5, 1, 2);
  const auto line = FitCalibrationLine(data.forecasts, data.outcomes);
  ASSERT_TRUE(line);
  double expected = 0;
  double observed = 0;
  for (std::size_t i = 0; i < data.forecasts.size(); ++i) {
    expected += domain::Logistic(domain::Logit(data.forecasts[i]) + line->intercept_in_the_large);
    observed += data.outcomes[i];
  }
  EXPECT_NEAR(expected, observed, 1e-6);
}

TEST(FitCalibrationLine, IsEmptyWhereNoLineExists) {
  EXPECT_FALSE(FitCalibrationLine({}, {}));
  EXPECT_FALSE(FitCalibrationLine(std::vector<double>{.2, .8}, std::vector<double>{1, 1}));
  EXPECT_FALSE(FitCalibrationLine(std::vector<double>{.4, .4, .4}, std::vector<double>{1, 0, 1}));
  EXPECT_FALSE(
      FitCalibrationLine(std::vector<double>{.1, .2, .8, .9}, std::vector<double>{0, 0, 1, 1}));
}

// Of many rows the best loss comes so near to zero that the search seems to have ended.
TEST(FitCalibrationLine, IsEmptyHoweverManyRowsLeaveNone) {
  std::vector<double> p;
  std::vector<double> won;
  std::vector<double> above;
  std::vector<double> below;
  std::vector<double> touching;
  for (int i = 1; i < 100; ++i) {
    p.push_back(i / 100.0);
    won.push_back(1);
    above.push_back(i > 40 ? 1 : 0);
    below.push_back(i > 40 ? 0 : 1);
    touching.push_back(i > 40 ? 1 : i == 40 ? 0.5 : 0);
  }
  const std::vector<double> lost(p.size(), 0.0);
  for (const auto& outcomes : {won, lost, above, below, touching}) {
    EXPECT_FALSE(FitCalibrationLine(p, outcomes));
  }
  std::vector<double> overlapping = above;
  std::swap(overlapping[39], overlapping[40]);
  EXPECT_TRUE(FitCalibrationLine(p, overlapping));
  // A row without weight says nothing.
  std::vector<double> weights(p.size(), 1.0);
  std::vector<double> all_but_one = won;
  all_but_one[50] = 0;
  weights[50] = 0;
  EXPECT_FALSE(FitCalibrationLine(p, all_but_one, {}, weights));
}

// Computed once with NumPy from the definition.
TEST(SpiegelhalterZ, MatchesReferenceValue) {
  const TestStatistic z =
      SpiegelhalterZ(std::vector<double>{.1, .4, .6, .8, .9}, std::vector<double>{0, 0, 1, 1, 1});
  EXPECT_NEAR(z.statistic, -1.0041580, 5e-8);
  EXPECT_NEAR(z.p_value, std::erfc(1.0041580 / std::sqrt(2)), 1e-7);
}

// 400 calibrated samples of 100 deals x 6 equal snapshots at level 5 %: 20 rejections expected,
// deviation 4.4; the plain form rejects far more often. Bound 20 + 5 deviations.
TEST(SpiegelhalterZ, ClusteredFormKeepsItsLevelOnRepeatedSnapshots) {
  int clustered = 0;
  int plain = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Simulated data = Draw(100, 6, 0, 1, seed);
    clustered += SpiegelhalterZ(data.forecasts, data.outcomes, data.clusters).p_value < .05;
    plain += SpiegelhalterZ(data.forecasts, data.outcomes).p_value < .05;
  }
  EXPECT_LT(clustered, 42);
  EXPECT_GT(plain, 120);
}

TEST(SpiegelhalterZ, WithoutVarianceSaysNothing) {
  EXPECT_EQ(SpiegelhalterZ(std::vector<double>{.5, 1, 0}, std::vector<double>{1, 1, 0}).p_value, 1);
}

}  // namespace
}  // namespace ri::metrics
