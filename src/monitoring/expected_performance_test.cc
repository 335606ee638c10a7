#include "monitoring/expected_performance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"
#include "metrics/ranking.h"
#include "metrics/scoring_rules.h"

namespace ri::monitoring {
namespace {

// All 2^n outcomes with their chances: the definition, without any algebra.
TEST(ExpectedPerformance, EqualsTheSumOverAllOutcomes) {
  const std::vector<double> p = {0.1, 0.3, 0.3, 0.55, 0.8, 0.97};
  double log_loss = 0;
  double log_loss_square = 0;
  double brier = 0;
  double concordant = 0;
  double pairs = 0;
  for (unsigned outcome = 0; outcome < (1U << p.size()); ++outcome) {
    double chance = 1;
    std::vector<double> y;
    for (std::size_t i = 0; i < p.size(); ++i) {
      y.push_back((outcome >> i) & 1U);
      chance *= y.back() == 1 ? p[i] : 1 - p[i];
    }
    const double loss = metrics::LogLoss(p, y);
    log_loss += chance * loss;
    log_loss_square += chance * loss * loss;
    brier += chance * metrics::BrierScore(p, y);
    for (std::size_t i = 0; i < p.size(); ++i) {
      for (std::size_t j = 0; j < p.size(); ++j) {
        if (y[i] == 1 && y[j] == 0) {
          pairs += chance;
          concordant += chance * (p[i] > p[j] ? 1 : p[i] == p[j] ? 0.5 : 0);
        }
      }
    }
  }
  const ExpectedPerformance expected = ExpectPerformance(p);
  EXPECT_NEAR(expected.log_loss, log_loss, 1e-12);
  EXPECT_NEAR(expected.log_loss_deviation, std::sqrt(log_loss_square - log_loss * log_loss), 1e-9);
  EXPECT_NEAR(expected.brier, brier, 1e-12);
  EXPECT_NEAR(expected.auc, concordant / pairs, 1e-12);
}

// 20,000 draws from the forecasts themselves: the AUC's error is about .004, so .02 is five of
// them.
TEST(ExpectedPerformance, IsWhatCalibratedForecastsReach) {
  base::RandomStream stream(1, "expected-performance");
  std::vector<double> p;
  std::vector<double> y;
  for (int i = 0; i < 20'000; ++i) {
    p.push_back(1 / (1 + std::exp(-1.2 * stream.Normal())));
    y.push_back(stream.Bernoulli(p.back()) ? 1 : 0);
  }
  const ExpectedPerformance expected = ExpectPerformance(p);
  EXPECT_NEAR(expected.auc, metrics::Auc(p, y), 0.02);
  EXPECT_NEAR(expected.log_loss, metrics::LogLoss(p, y), 5 * expected.log_loss_deviation);
  EXPECT_NEAR(expected.brier, metrics::BrierScore(p, y), 5 * expected.brier_deviation);
}

TEST(ExpectedPerformance, HasNoValueWithoutRows) {
  EXPECT_TRUE(std::isnan(ExpectPerformance({}).log_loss));
  EXPECT_TRUE(std::isnan(ExpectPerformance(std::vector<double>{1, 1}).auc));
}

}  // namespace
}  // namespace ri::monitoring
