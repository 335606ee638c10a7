#include "metrics/isotonic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "base/random.h"

namespace ri::metrics {
namespace {

// min-max formula: fit_i = max over a <= i of min over b >= i of the mean of values a..b.
std::vector<double> BruteForce(const std::vector<double>& v, const std::vector<double>& w) {
  std::vector<double> fit(v.size());
  for (std::size_t i = 0; i < v.size(); ++i) {
    double best = -std::numeric_limits<double>::infinity();
    for (std::size_t a = 0; a <= i; ++a) {
      double least = std::numeric_limits<double>::infinity();
      for (std::size_t b = i; b < v.size(); ++b) {
        double sum = 0;
        double weight = 0;
        for (std::size_t k = a; k <= b; ++k) {
          sum += w[k] * v[k];
          weight += w[k];
        }
        least = std::min(least, sum / weight);
      }
      best = std::max(best, least);
    }
    fit[i] = best;
  }
  return fit;
}

// Computed with scikit-learn's IsotonicRegression.
TEST(PoolAdjacentViolators, MatchesReferenceValues) {
  EXPECT_EQ(PoolAdjacentViolators(std::vector<double>{1, 0, 1, 0, 1, 1}),
            (std::vector<double>{.5, .5, .5, .5, 1, 1}));
}

TEST(PoolAdjacentViolators, EqualsTheMinMaxFormula) {
  base::RandomStream stream(2, "pav");
  for (int repeat = 0; repeat < 30; ++repeat) {
    std::vector<double> v, w;
    for (int i = 0; i < 25; ++i) {
      v.push_back(stream.Normal());
      w.push_back(stream.Exponential());
    }
    const std::vector<double> fit = PoolAdjacentViolators(v, w);
    const std::vector<double> expected = BruteForce(v, w);
    for (std::size_t i = 0; i < v.size(); ++i) {
      EXPECT_NEAR(fit[i], expected[i], 1e-12);
    }
    EXPECT_TRUE(std::is_sorted(fit.begin(), fit.end()));
  }
}

TEST(IsotonicFit, IsAFunctionOfTheScoreAndIgnoresRowOrder) {
  const std::vector<double> s = {2, 1, 2, 3, 1};
  const std::vector<double> y = {0, 1, 1, 1, 0};
  const std::vector<double> fit = IsotonicFit(s, y);
  EXPECT_EQ(fit, (std::vector<double>{.5, .5, .5, 1, .5}));
}

TEST(IsotonicFit, ScoresWithoutWeightTakeTheirNeighboursLevel) {
  EXPECT_EQ(IsotonicFit(std::vector<double>{1, 2, 3}, std::vector<double>{0, 1, 1},
                        std::vector<double>{1, 0, 1}),
            (std::vector<double>{0, 0, 1}));
}

}  // namespace
}  // namespace ri::metrics
