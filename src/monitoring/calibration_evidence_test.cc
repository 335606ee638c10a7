#include "monitoring/calibration_evidence.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace ri::monitoring {
namespace {

/// A week of 1,500 deals whose true odds of winning and losing differ from what was said.
std::vector<WeeklyBet> Week(std::uint64_t seed, std::uint64_t week, double win_shift,
                            double loss_shift) {
  base::RandomStream stream(seed, "evidence-test", week);
  std::vector<WeeklyBet> bets(1500);
  for (WeeklyBet& bet : bets) {
    bet.win_chance = 0.01 + 0.05 * stream.Uniform();
    bet.loss_chance = 0.02 + 0.06 * stream.Uniform();
    const double win = bet.win_chance * std::exp(win_shift);
    const double loss = bet.loss_chance * std::exp(loss_shift);
    const double total = win + loss + 1 - bet.win_chance - bet.loss_chance;
    const double u = stream.Uniform() * total;
    bet.result = u < win          ? WeekResult::kWon
                 : u < win + loss ? WeekResult::kLost
                                  : WeekResult::kStillOpen;
  }
  return bets;
}

int Alarms(int seeds, int weeks, double win_shift, double loss_shift) {
  int alarms = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    CalibrationEvidence evidence;
    for (int week = 0; week < weeks; ++week) {
      evidence.AddWeek(Week(static_cast<std::uint64_t>(seed), static_cast<std::uint64_t>(week),
                            win_shift, loss_shift));
    }
    alarms += evidence.alarm() ? 1 : 0;
  }
  return alarms;
}

// Ville's inequality: at most 1 in 100 quarters whatever the shift within the tolerance. More than
// 5 alarms in 100 quarters has a chance below 1 in 1,000.
TEST(CalibrationEvidence, RarelyAlarmsWhileTheModelIsRight) {
  EXPECT_LE(Alarms(100, 13, 0, 0), 5);
  EXPECT_LE(Alarms(100, 13, -0.1, 0.1), 5);
}

// About 14 wins a week are said and 10 happen; losses rise. 50 quarters; the power at eight weeks
// is about .9, and fewer than 35 of 50 would have a chance below 1 in 1,000.
TEST(CalibrationEvidence, SeesABreakWithinEightWeeks) { EXPECT_GE(Alarms(50, 8, -0.4, 0.15), 35); }

// Wins alone become rarer, by 0.3: 110 wins a week are said. The power at eight weeks is .94 (94 of
// 100 in bench/living); fewer than 22 of 30 have a chance below 1 in 3,000.
TEST(CalibrationEvidence, SeesASmallBreakOfALargeCompanyWithinEightWeeks) {
  int seen = 0;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    CalibrationEvidence evidence;
    base::RandomStream stream(seed, "small-break");
    for (int week = 0; week < 8; ++week) {
      std::vector<WeeklyBet> bets(4900);
      for (WeeklyBet& bet : bets) {
        bet.win_chance = 0.005 + 0.035 * stream.Uniform();
        bet.loss_chance = 0.02 + 0.06 * stream.Uniform();
        const double win = bet.win_chance * std::exp(-0.3);
        const double u = stream.Uniform() * (win + 1 - bet.win_chance);
        bet.result = u < win                     ? WeekResult::kWon
                     : u < win + bet.loss_chance ? WeekResult::kLost
                                                 : WeekResult::kStillOpen;
      }
      evidence.AddWeek(bets);
    }
    seen += evidence.alarm() ? 1 : 0;
  }
  EXPECT_GE(seen, 22);
}

TEST(CalibrationEvidence, NamesTheDirection) {
  CalibrationEvidence evidence;
  EXPECT_EQ(evidence.likely_win_shift(), 0);
  for (std::uint64_t week = 0; week < 13; ++week) {
    evidence.AddWeek(Week(1, week, -0.6, 0));
  }
  EXPECT_LT(evidence.likely_win_shift(), -0.3);
  EXPECT_NEAR(evidence.likely_loss_shift(), 0, 0.2);
}

TEST(CalibrationEvidence, DoesNotDependOnHowAWeekIsCut) {
  CalibrationEvidence whole;
  CalibrationEvidence parts;
  const std::vector<WeeklyBet> week = Week(5, 0, -0.3, 0.2);
  whole.AddWeek(week);
  for (std::size_t begin = 0; begin < week.size(); begin += 100) {
    parts.AddWeek(std::span(week).subspan(begin, 100));
  }
  EXPECT_NEAR(whole.log_evidence(), parts.log_evidence(), 1e-9);
}

TEST(CalibrationEvidence, ComesBackFromItsJsonAndGoesOn) {
  CalibrationEvidence whole;
  whole.AddWeek(Week(1, 0, 0, 0));
  auto read = CalibrationEvidence::FromJson(whole.ToJson());
  ASSERT_TRUE(read.has_value());
  whole.AddWeek(Week(1, 1, 0, 0));
  read->AddWeek(Week(1, 1, 0, 0));
  EXPECT_EQ(read->ToJson(), whole.ToJson());
  EXPECT_FALSE(CalibrationEvidence::FromJson("{\"weeks\":1}").has_value());
}

TEST(CalibrationEvidence, SurvivesImpossibleEvents) {
  CalibrationEvidence evidence;
  evidence.AddWeek(std::vector<WeeklyBet>{{0, 0, WeekResult::kWon}, {1, 0, WeekResult::kLost}});
  EXPECT_TRUE(std::isfinite(evidence.log_evidence()));
}

}  // namespace
}  // namespace ri::monitoring
