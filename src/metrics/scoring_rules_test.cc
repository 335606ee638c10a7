#include "metrics/scoring_rules.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace ri::metrics {
namespace {

const std::vector<double> kForecasts = {.1, .4, .6, .8, .9};
const std::vector<double> kOutcomes = {0, 0, 1, 1, 1};

// Computed with scikit-learn 1.2 (log_loss, brier_score_loss).
TEST(ScoringRules, MatchReferenceValues) {
  EXPECT_NEAR(LogLoss(kForecasts, kOutcomes), .2911032, 5e-8);
  EXPECT_NEAR(BrierScore(kForecasts, kOutcomes), .076, 1e-15);
}

TEST(ScoringRules, WeightsCountAsRepeatedRows) {
  const std::vector<double> p = {.2, .7, .7, .7};
  const std::vector<double> y = {0, 1, 1, 1};
  EXPECT_DOUBLE_EQ(
      LogLoss(std::vector<double>{.2, .7}, std::vector<double>{0, 1}, std::vector<double>{1, 3}),
      LogLoss(p, y));
  EXPECT_DOUBLE_EQ(
      BrierScore(std::vector<double>{.2, .7}, std::vector<double>{0, 1}, std::vector<double>{1, 3}),
      BrierScore(p, y));
}

TEST(ScoringRules, SoftLabelsAreScoredAsExpectations) {
  for (const double p : {.05, .3, .9}) {
    const double expected = -.25 * std::log(p) - .75 * std::log(1 - p);
    EXPECT_NEAR(LogLoss(std::vector<double>{p}, std::vector<double>{.25}), expected, 1e-14);
  }
}

TEST(ScoringRules, TheTruthIsTheBestForecast) {
  const std::vector<double> truth = {.3};
  const double best = LogLoss(truth, truth);
  for (double p = .01; p < 1; p += .01) {
    EXPECT_GE(LogLoss(std::vector<double>{p}, truth), best - 1e-12);
  }
}

TEST(ScoringRules, WrongCertaintyIsExpensiveButFinite) {
  EXPECT_NEAR(LogLoss(std::vector<double>{0}, std::vector<double>{1}), -std::log(kLogarithmFloor),
              1e-9);
  EXPECT_TRUE(std::isfinite(LogLoss(std::vector<double>{1}, std::vector<double>{0})));
  EXPECT_NEAR(LogLoss(std::vector<double>{1}, std::vector<double>{1}), 0, 1e-14);
}

TEST(ScoringRules, NothingToScoreIsNotANumber) {
  EXPECT_TRUE(std::isnan(LogLoss({}, {})));
  EXPECT_TRUE(std::isnan(
      BrierScore(std::vector<double>{.5}, std::vector<double>{1}, std::vector<double>{0})));
}

}  // namespace
}  // namespace ri::metrics
