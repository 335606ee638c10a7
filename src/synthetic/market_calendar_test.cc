#include "synthetic/market_calendar.h"

#include <gtest/gtest.h>

namespace ri::synthetic {
namespace {

using domain::MakeDate;

MarketCalendar TwoYears() {
  return {domain::FiscalCalendar::Monthly(), MakeDate(2024, 1, 1), MakeDate(2026, 1, 1)};
}

TEST(MarketCalendarTest, LocatesEveryDay) {
  const MarketCalendar calendar = TwoYears();
  for (int week = 0; week < calendar.num_weeks(); ++week) {
    for (int day = 0; day < kDaysPerWeek; ++day) {
      const WeekDay at = calendar.Locate(calendar.Monday(week) + std::chrono::days(day));
      EXPECT_EQ(at.week, week);
      EXPECT_EQ(at.day, day);
    }
    EXPECT_EQ(calendar.Monday(week), domain::MondayOnOrBefore(calendar.Monday(week)));
  }
}

TEST(MarketCalendarTest, WeeksBelongToTheQuarterOfTheirMonday) {
  const MarketCalendar calendar = TwoYears();
  for (int week = 0; week < calendar.num_weeks(); ++week) {
    const int quarter = calendar.QuarterOfWeek(week);
    EXPECT_TRUE(calendar.QuarterPeriod(quarter).Contains(calendar.Monday(week)));
    EXPECT_EQ(calendar.QuarterOfDate(calendar.Monday(week)), quarter);
  }
}

TEST(MarketCalendarTest, WeightsGrowOverTheDays) {
  const MarketCalendar calendar = TwoYears();
  for (int week = 0; week < calendar.num_weeks(); ++week) {
    double before_decision = 0;
    double before_cleanup = 0;
    for (int day = 0; day < kDaysPerWeek; ++day) {
      EXPECT_GT(calendar.DecisionWeight(week, day), before_decision);
      EXPECT_GT(calendar.CleanupWeight(week, day), before_cleanup);
      before_decision = calendar.DecisionWeight(week, day);
      before_cleanup = calendar.CleanupWeight(week, day);
    }
  }
}

TEST(MarketCalendarTest, QuarterEndsArePushedAndTidied) {
  const MarketCalendar calendar = TwoYears();
  const int last = calendar.Locate(MakeDate(2024, 9, 30)).week;  // a Monday
  const int ordinary = calendar.Locate(MakeDate(2024, 8, 12)).week;
  const double push = calendar.DecisionWeight(last, 0) / calendar.DecisionWeight(ordinary, 0);
  EXPECT_GT(push, 10);
  const int clean = calendar.Locate(MakeDate(2024, 6, 26)).week;
  EXPECT_NEAR(calendar.CleanupWeight(clean, 6) / calendar.CleanupWeight(ordinary, 6),
              (0.35 / 0.65) / (0.10 / 0.90), 1e-9);
}

TEST(MarketCalendarTest, TheLastWorkingDayIsTheOneBeforeAWeekend) {
  const MarketCalendar calendar = TwoYears();
  // 2024-06-30 is a Sunday: the push lands on Friday the 28th.
  const WeekDay friday = calendar.Locate(MakeDate(2024, 6, 28));
  const double on_friday = calendar.DecisionWeight(friday.week, friday.day) -
                           calendar.DecisionWeight(friday.week, friday.day - 1);
  const double on_thursday = calendar.DecisionWeight(friday.week, friday.day - 1) -
                             calendar.DecisionWeight(friday.week, friday.day - 2);
  EXPECT_GT(on_friday, 5 * on_thursday);
}

}  // namespace
}  // namespace ri::synthetic
