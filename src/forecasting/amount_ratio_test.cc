#include "forecasting/amount_ratio.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "base/random.h"

namespace ri::forecasting {
namespace {

double TotalProbability(const AmountRatio& law) {
  double total = 0;
  for (const RatioAtom& atom : law.atoms()) {
    total += atom.probability;
  }
  return total;
}

double ProbabilityOf(const AmountRatio& law, double ratio) {
  for (const RatioAtom& atom : law.atoms()) {
    if (atom.ratio == ratio) {
      return atom.probability;
    }
  }
  return 0;
}

double Variance(const AmountRatio& law) { return law.second_moment() - law.mean() * law.mean(); }

/// `unchanged` deals kept their amount, the others ended at lognormal ones.
std::vector<double> Ratios(std::size_t unchanged, std::size_t changed) {
  std::vector<double> ratios(unchanged, 1.0);
  base::RandomStream random(2, "amount ratio test");
  for (std::size_t i = 0; i < changed; ++i) {
    ratios.push_back(std::exp(0.02 + 0.3 * std::fabs(random.Normal())));
  }
  return ratios;
}

double MeanOf(const std::vector<double>& ratios) {
  return std::accumulate(ratios.begin(), ratios.end(), 0.0) / static_cast<double>(ratios.size());
}

TEST(AmountRatio, SortsAndJoinsEqualAtoms) {
  const auto law = AmountRatio::FromAtoms({{2, 0.25}, {0.5, 0.5}, {3, 0}, {2, 0.25}});
  ASSERT_TRUE(law) << law.error().ToString();
  EXPECT_EQ(std::vector(law->atoms().begin(), law->atoms().end()),
            (std::vector<RatioAtom>{{0.5, 0.5}, {2, 0.5}}));
  EXPECT_DOUBLE_EQ(law->mean(), 1.25);
  EXPECT_DOUBLE_EQ(law->second_moment(), 2.125);
  EXPECT_EQ(law->largest(), 2);
  EXPECT_EQ(AmountRatio::Certain().mean(), 1);
  EXPECT_EQ(Variance(AmountRatio::Certain()), 0);
}

TEST(AmountRatio, RefusesWhatIsNoLaw) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const std::vector<RatioAtom>& atoms : {std::vector<RatioAtom>{},
                                              {{1, 0.9}},
                                              {{1, 1.1}},
                                              {{-1, 1}},
                                              {{kNaN, 1}},
                                              {{kInfinity, 1}},
                                              {{1, kNaN}},
                                              {{1, 1.5}, {2, -0.5}}}) {
    const auto law = AmountRatio::FromAtoms(atoms);
    ASSERT_FALSE(law);
    EXPECT_EQ(law.error().code(), ErrorCode::kBadInput);
  }
}

// A lognormal of mean 1 and log deviation s has variance exp(s^2) - 1.
TEST(AmountRatio, OfAMissingAmountHasTheMomentsOfTheLognormal) {
  for (const double deviation : {0.01, 0.3, 0.8, 1.5, 3.0}) {
    for (const std::size_t atoms : {2U, 15U, 64U}) {
      const AmountRatio law = AmountRatio::Lognormal(deviation, atoms);
      const double variance = std::expm1(deviation * deviation);
      EXPECT_NEAR(TotalProbability(law), 1, 1e-12);
      EXPECT_NEAR(law.mean(), 1, 1e-9) << deviation << " on " << atoms;
      EXPECT_NEAR(Variance(law), variance, 1e-9 * (1 + variance)) << deviation << " on " << atoms;
      EXPECT_GE(law.atoms().front().ratio, 0);
    }
  }
  EXPECT_EQ(Variance(AmountRatio::Lognormal(0)), 0);
}

TEST(FitAmountRatio, KeepsTheMeanAndTheShareOfUnchangedDeals) {
  const std::vector<double> pool = Ratios(60, 140);
  const AmountRatio law = FitAmountRatio({}, pool);
  EXPECT_NEAR(ProbabilityOf(law, 1.0), 0.3, 1e-12);
  EXPECT_NEAR(law.mean(), MeanOf(pool), 1e-12);
  EXPECT_EQ(law.atoms().size(), 9U) << "eight groups and the unchanged";
  double second = 0;
  for (const double ratio : pool) {
    second += ratio * ratio / static_cast<double>(pool.size());
  }
  EXPECT_LE(law.second_moment(), second) << "grouping loses spread, never makes it";
  EXPECT_GT(law.second_moment(), 0.98 * second);
}

TEST(FitAmountRatio, ShrinksASegmentToThePoolByItsNumberOfDeals) {
  const std::vector<double> pool = Ratios(60, 140);
  const std::vector<double> segment(10, 2.0);
  const AmountRatio law = FitAmountRatio(segment, pool, 30);
  EXPECT_NEAR(law.mean(), 0.25 * 2 + 0.75 * MeanOf(pool), 1e-12);
  EXPECT_NEAR(ProbabilityOf(law, 2.0), 0.25, 1e-12);
  EXPECT_NEAR(FitAmountRatio(segment, pool, 0).mean(), 2, 1e-12);
}

TEST(FitAmountRatio, OfNothingIsCertainAndOfASegmentAloneItsOwn) {
  EXPECT_EQ(FitAmountRatio({}, {}).atoms().size(), 1U);
  EXPECT_EQ(FitAmountRatio({}, {}).mean(), 1);
  EXPECT_EQ(FitAmountRatio(std::vector<double>{0.5, 0.5}, {}).mean(), 0.5);
}

TEST(FitAmountRatio, HalfAPercentIsNoChange) {
  const AmountRatio law = FitAmountRatio({}, std::vector<double>{1.004, 0.996, 1.5, 0.5});
  EXPECT_NEAR(ProbabilityOf(law, 1.0), 0.5, 1e-12);
}

}  // namespace
}  // namespace ri::forecasting
