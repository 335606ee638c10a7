#include "synthetic/engagement.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ri::synthetic {
namespace {

constexpr double kRounding = 1e-12;

double Binomial(int n, int k) {
  double value = 1;
  for (int i = 0; i < k; ++i) {
    value = value * (n - i) / (i + 1);
  }
  return value;
}

double StationaryProbability(int level) {
  return Binomial(kEngagementLevels - 1, level) / std::pow(2.0, kEngagementLevels - 1);
}

TEST(EngagementChainTest, HasTheMomentsOfTheAutoregression) {
  const double persistence = 0.9;
  const EngagementChain chain(persistence);
  double variance = 0;
  double covariance = 0;
  for (int from = 0; from < kEngagementLevels; ++from) {
    double total = 0;
    double mean_next = 0;
    for (int to = 0; to < kEngagementLevels; ++to) {
      const double p = chain.Next(from)[static_cast<std::size_t>(to)];
      EXPECT_GE(p, 0);
      total += p;
      mean_next += p * EngagementChain::Value(to);
    }
    EXPECT_NEAR(total, 1, kRounding);
    EXPECT_NEAR(mean_next, persistence * EngagementChain::Value(from), kRounding);
    const double pi = StationaryProbability(from);
    variance += pi * EngagementChain::Value(from) * EngagementChain::Value(from);
    covariance += pi * EngagementChain::Value(from) * mean_next;
  }
  EXPECT_NEAR(variance, 1, kRounding);
  EXPECT_NEAR(covariance, persistence, kRounding);
}

TEST(EngagementChainTest, TheBinomialLawIsStationary) {
  const EngagementChain chain(0.7);
  for (int to = 0; to < kEngagementLevels; ++to) {
    double p = 0;
    for (int from = 0; from < kEngagementLevels; ++from) {
      p += StationaryProbability(from) * chain.Next(from)[static_cast<std::size_t>(to)];
    }
    EXPECT_NEAR(p, StationaryProbability(to), kRounding);
  }
}

TEST(EngagementChainTest, DrawsFollowTheTransition) {
  const EngagementChain chain(0.9);
  base::RandomStream stream(1, "engagement-test");
  constexpr int kDraws = 20'000;
  std::array<int, kEngagementLevels> counts{};
  for (int i = 0; i < kDraws; ++i) {
    ++counts[static_cast<std::size_t>(chain.DrawNext(4, stream))];
  }
  for (int level = 0; level < kEngagementLevels; ++level) {
    const auto at = static_cast<std::size_t>(level);
    const double p = chain.Next(4)[at];
    // 5 standard errors and the seed fixed: false alarms below one in a million.
    EXPECT_NEAR(counts[at], kDraws * p, 5 * std::sqrt(kDraws * p * (1 - p)) + 1);
  }
}

}  // namespace
}  // namespace ri::synthetic
