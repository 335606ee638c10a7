#include "monitoring/early_sign.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace ri::monitoring {
namespace {

/// A week in which about `wins` are said, at five in a hundred each, and the odds differ by
/// `shift`.
std::vector<WeeklyBet> Week(base::RandomStream& stream, double wins, double shift) {
  constexpr double kChance = 0.05;
  const double odds = kChance / (1 - kChance) * std::exp(shift);
  std::vector<WeeklyBet> bets(static_cast<std::size_t>(wins / kChance));
  for (WeeklyBet& bet : bets) {
    bet.win_chance = kChance;
    bet.result = stream.Bernoulli(odds / (1 + odds)) ? WeekResult::kWon : WeekResult::kStillOpen;
  }
  return bets;
}

struct Counts {
  int within_eight = 0, within_quarter = 0;
};

Counts Signs(int quarters, double wins, double shift, double luck) {
  Counts counts;
  for (int quarter = 0; quarter < quarters; ++quarter) {
    base::RandomStream stream(static_cast<std::uint64_t>(quarter), "early-sign-test");
    const double of_quarter = shift + luck * stream.Normal();
    EarlySign sign;
    for (int week = 1; week <= 13; ++week) {
      sign.AddWeek(Week(stream, wins, of_quarter));
      counts.within_eight += sign.seen() && week == 8 ? 1 : 0;
    }
    counts.within_quarter += sign.seen() ? 1 : 0;
  }
  return counts;
}

// One look that may spend everything is the two-sided normal test: 1.6449 at one in ten.
TEST(EarlySign, ASingleLookIsTheNormalTest) {
  EarlySign sign({.soon_weeks = 1, .soon_share = 1});
  base::RandomStream stream(1, "early-sign-test");
  sign.AddWeek(Week(stream, 30, 0));
  EXPECT_NEAR(sign.boundary(), 1.6449, 1e-4);
  EXPECT_EQ(sign.seen(), std::fabs(sign.z()) >= sign.boundary());
  sign.AddWeek(Week(stream, 30, 0));
  EXPECT_TRUE(std::isinf(sign.boundary())) << "all is spent";
}

// Two looks at times 1 and 2 with a twentieth each: the second boundary solves
// P(|B(1)| < 1.96, |B(2)| >= b sqrt 2) = .05. A Monte Carlo over normal pairs holds it to .01 of
// the chance (standard error .0005 with 200,000 pairs).
TEST(EarlySign, TheSecondLookSpendsWhatIsLeft) {
  EarlySign sign({.ordinary_shift = 0, .soon_weeks = 2, .soon_share = 1});
  base::RandomStream stream(2, "early-sign-test");
  sign.AddWeek(Week(stream, 30, 0));
  const double first = sign.boundary();
  EXPECT_NEAR(first, 1.95996, 1e-4);
  sign.AddWeek(Week(stream, 30, 0));
  int outside = 0;
  constexpr int kPairs = 200'000;
  for (int i = 0; i < kPairs; ++i) {
    const double at_one = stream.Normal();
    const double at_two = at_one + stream.Normal();
    outside += std::fabs(at_one) < first && std::fabs(at_two) >= sign.boundary() * std::sqrt(2.0);
  }
  EXPECT_NEAR(static_cast<double>(outside) / kPairs, 0.05, 0.003);
}

// One quarter in ten by construction when the luck is as large as assumed; of 120 quarters fewer
// than 3 or more than 26 with a chance below 1 in 2,000.
TEST(EarlySign, ShowsInOneQuarterOfTenWithoutAFault) {
  const int signs = Signs(120, 20, 0, 0.1).within_quarter;
  EXPECT_GE(signs, 3);
  EXPECT_LE(signs, 26);
}

// The power at 45 wins a week is about .9; fewer than 21 of 30 have a chance below 1 in 500.
TEST(EarlySign, SeesRarerWinsWithinEightWeeks) {
  EXPECT_GE(Signs(30, 45, -0.3, 0).within_eight, 21);
}

TEST(EarlySign, SaysNothingBeforeThereIsEnoughToLookAt) {
  EarlySign sign;
  std::vector<WeeklyBet> bets(10, {.win_chance = 0.1, .result = WeekResult::kWon});
  sign.AddWeek(bets);
  EXPECT_FALSE(sign.seen()) << "ten wins of ten, but only one was to be expected";
  EXPECT_EQ(sign.z(), 0);
  sign.AddWeek({});
  EXPECT_FALSE(sign.seen());
}

}  // namespace
}  // namespace ri::monitoring
