#include "explanations/probability_split.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/random.h"
#include "domain/probability.h"

namespace ri::explanations {
namespace {

constexpr double kSumTolerance = 1e-12;

double Logistic(double margin) { return domain::Logistic(margin); }
double BetaMap(double margin) { return domain::Logistic(0.8 * margin - 0.3); }
double Staircase(double margin) { return margin < -1 ? 0.1 : margin < 0.5 ? 0.35 : 0.8; }

double SumOf(const ProbabilitySplit& split) {
  return std::accumulate(split.contributions.begin(), split.contributions.end(), split.base);
}

TEST(SplitProbability, AddsUpToTheNumberOnTheScreenForAnyCalibrator) {
  base::RandomStream random(1, "probability-split");
  for (int repeat = 0; repeat < 2000; ++repeat) {
    const double base = 2 * random.Normal();
    std::vector<double> contributions(1 + random.Below(60));
    for (double& c : contributions) {
      c = random.Normal();
    }
    const double margin = std::accumulate(contributions.begin(), contributions.end(), base);
    for (const Calibrate& calibrate : {Calibrate(Logistic), Calibrate(BetaMap)}) {
      const auto split = SplitProbability(base, margin, contributions, calibrate);
      EXPECT_EQ(split.base, calibrate(base));
      EXPECT_EQ(split.probability, calibrate(margin));
      EXPECT_NEAR(SumOf(split), split.probability, kSumTolerance);
    }
  }
}

TEST(SplitProbability, KeepsSignsRankingAndZeros) {
  const std::vector<double> contributions = {0.9, -0.2, 0, 0.3, -1.1, 0};
  const auto split = SplitProbability(-1, -1.1, contributions, Logistic);
  for (std::size_t i = 0; i < contributions.size(); ++i) {
    EXPECT_EQ(std::signbit(split.contributions[i]), std::signbit(contributions[i]));
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_EQ(split.contributions[i] < split.contributions[j],
                contributions[i] < contributions[j]);
    }
  }
  EXPECT_EQ(split.contributions[2], 0.0);
}

TEST(SplitProbability, OppositeReasonsThatCancelAreScaledByTheDerivative) {
  const auto split = SplitProbability(0.4, 0.4, std::vector<double>{1.5, -1.5}, Logistic);
  const double p = Logistic(0.4);
  EXPECT_NEAR(split.contributions[0], 1.5 * p * (1 - p), 1e-6);  // numeric derivative
  EXPECT_NEAR(SumOf(split), p, kSumTolerance);
}

TEST(SplitProbability, SlopeIsContinuousWhereTheDerivativeTakesOver) {
  const double below = SecantSlope(Logistic, 0.4, 0.4 + 0.99e-9);
  const double above = SecantSlope(Logistic, 0.4, 0.4 + 1.01e-9);
  EXPECT_NEAR(below, above, 1e-6);  // 1e-16 of rounding over a step of 1e-9
}

TEST(SplitProbability, ExtremeMarginsStayFinite) {
  for (const double margin : {-800.0, -40.0, 40.0, 800.0}) {
    const auto split =
        SplitProbability(0, margin, std::vector<double>{margin / 2, margin / 2}, Logistic);
    EXPECT_NEAR(SumOf(split), split.probability, kSumTolerance);
  }
}

TEST(SplitProbability, StaircaseStillAddsUp) {
  const auto split = SplitProbability(-2, 1, std::vector<double>{2, 1}, Staircase);
  EXPECT_NEAR(SumOf(split), 0.8, kSumTolerance);
  EXPECT_NEAR(split.contributions[0], 0.7 * 2 / 3, kSumTolerance);
}

TEST(SplitProbability, NothingToSplitGivesTheBase) {
  const auto split = SplitProbability(0.2, 0.2, {}, Logistic);
  EXPECT_TRUE(split.contributions.empty());
  EXPECT_EQ(split.base, split.probability);
}

}  // namespace
}  // namespace ri::explanations
