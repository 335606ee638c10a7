#include "metrics/ranking.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"

namespace ri::metrics {
namespace {

double BruteForceAuc(const std::vector<double>& s, const std::vector<double>& y,
                     const std::vector<double>& w) {
  double wins = 0;
  double pairs = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    for (std::size_t j = 0; j < s.size(); ++j) {
      const double weight = w[i] * y[i] * w[j] * (1 - y[j]);
      pairs += weight;
      wins += weight * (s[i] > s[j] ? 1 : s[i] == s[j] ? .5 : 0);
    }
  }
  return wins / pairs;
}

// The example in the documentation of sklearn.metrics.roc_auc_score.
TEST(Auc, MatchesPublishedExample) {
  EXPECT_DOUBLE_EQ(Auc(std::vector<double>{.1, .4, .35, .8}, std::vector<double>{0, 0, 1, 1}), .75);
}

TEST(Auc, EqualsAllPairsWithTiesWeightsAndSoftLabels) {
  base::RandomStream stream(1, "auc");
  for (int repeat = 0; repeat < 20; ++repeat) {
    std::vector<double> s, y, w;
    for (int i = 0; i < 60; ++i) {
      s.push_back(static_cast<double>(stream.Below(12)));
      y.push_back(repeat % 2 == 0 ? static_cast<double>(stream.Below(2)) : stream.Uniform());
      w.push_back(stream.Below(4) == 0 ? 0 : stream.Exponential());
    }
    EXPECT_NEAR(Auc(s, y, w), BruteForceAuc(s, y, w), 1e-12);
    std::vector<double> reversed = s;
    for (double& value : reversed) {
      value = -value;
    }
    EXPECT_NEAR(Auc(s, y, w) + Auc(reversed, y, w), 1, 1e-12);
  }
}

TEST(Auc, OneClassHasNoArea) {
  EXPECT_TRUE(std::isnan(Auc(std::vector<double>{1, 2}, std::vector<double>{1, 1})));
  EXPECT_TRUE(std::isnan(Auc({}, {})));
  EXPECT_DOUBLE_EQ(Auc(std::vector<double>{3, 3}, std::vector<double>{0, 1}), .5);
}

TEST(Ranks, TiesShareTheirMean) {
  EXPECT_EQ(Ranks(std::vector<double>{10, 20, 10, 5}), (std::vector<double>{2.5, 4, 2.5, 1}));
}

// The example in the documentation of scipy.stats.spearmanr.
TEST(SpearmanCorrelation, MatchesPublishedExample) {
  EXPECT_NEAR(
      SpearmanCorrelation(std::vector<double>{1, 2, 3, 4, 5}, std::vector<double>{5, 6, 7, 8, 7}),
      0.8207826816681233, 1e-14);
  EXPECT_TRUE(
      std::isnan(SpearmanCorrelation(std::vector<double>{1, 1}, std::vector<double>{1, 2})));
}

}  // namespace
}  // namespace ri::metrics
