#include "models/horizon_bins.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace ri::models {
namespace {

using domain::FiscalCalendar;
using domain::MakeDate;

TEST(StepOf, FindsTheStepOfADay) {
  EXPECT_EQ(StepOf(-3), 0U);
  EXPECT_EQ(StepOf(6), 0U);
  EXPECT_EQ(StepOf(7), 1U);
  EXPECT_EQ(StepOf(14 * 7), 14U);
  EXPECT_EQ(StepOf(16 * 7 - 1), 14U);
  EXPECT_EQ(StepOf(100000), kStepStarts.size() - 1);
}

TEST(HorizonBins, CoverTheHorizonAndEndWithEveryQuarter) {
  for (const FiscalCalendar& calendar : {FiscalCalendar::Monthly(1), FiscalCalendar::Monthly(2),
                                         FiscalCalendar::FourFourFive(1, std::chrono::Saturday)}) {
    for (int offset = 0; offset < 95; ++offset) {
      const domain::Date as_of = MakeDate(2025, 2, 3) + std::chrono::days(offset);
      for (const int horizon : {1, 100, 182, 728}) {
        const std::vector<HorizonBin> bins = HorizonBins(as_of, calendar, horizon);
        int day = 0;
        for (const HorizonBin& bin : bins) {
          EXPECT_EQ(bin.begin, day);
          EXPECT_GT(bin.length(), 0);
          day = bin.end;
          const domain::Date last = as_of + std::chrono::days(bin.end - 1);
          EXPECT_EQ(bin.days_to_quarter_end, (calendar.QuarterEnd(last) - last).count() - 1);
          EXPECT_GE(bin.days_to_quarter_end, 0);
          EXPECT_EQ(calendar.QuarterOf(as_of + std::chrono::days(bin.begin)),
                    calendar.QuarterOf(last));
          if (bin.length() > 7) {
            // The last week of a quarter is never hidden in a long bin.
            EXPECT_GE(bin.days_to_quarter_end, 7 * (day < horizon ? 1 : 0));
          }
        }
        EXPECT_EQ(day, horizon);
      }
    }
  }
}

}  // namespace
}  // namespace ri::models
