#include "forecasting/level_shift.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ri::forecasting {
namespace {

// `won` of 100 deals at probability q, per cohort.
std::vector<Cohort> Cohorts(int count, double q, int won) {
  std::vector<Cohort> cohorts(static_cast<std::size_t>(count));
  for (Cohort& cohort : cohorts) {
    for (int i = 0; i < 100; ++i) {
      cohort.push_back({q, i < won, -1});
    }
  }
  return cohorts;
}

TEST(LevelShift, IsZeroWithoutHistoryAndWhereCountsFit) {
  EXPECT_NEAR(FitLevelShift({}, .05), 0, 1e-9);
  EXPECT_NEAR(FitLevelShift(Cohorts(8, .3, 30), .05), 0, 1e-9);
}

TEST(LevelShift, FindsTheShiftThatTheCountsAskFor) {
  // 40 of 100 at q = .25: ln(.4/.6) - ln(.25/.75) = .693; 40 independent cohorts leave the prior
  // little to say.
  EXPECT_NEAR(FitLevelShift(Cohorts(40, .25, 40), 0), std::log(2.0), .01);
  EXPECT_NEAR(ShiftProbability(.25, std::log(2.0)), .4, 1e-12);
  EXPECT_EQ(ShiftProbability(0, 1), 0);
  EXPECT_EQ(ShiftProbability(1, -1), 1);
}

TEST(LevelShift, BelievesCorrelatedQuartersLess) {
  const auto cohorts = Cohorts(3, .25, 40);
  const double independent = FitLevelShift(cohorts, 0);
  const double together = FitLevelShift(cohorts, .1);
  EXPECT_GT(independent, together);
  EXPECT_GT(together, 0);
}

}  // namespace
}  // namespace ri::forecasting
