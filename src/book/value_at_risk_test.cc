#include "book/value_at_risk.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ri::book {
namespace {

ScoredDeal Committed(domain::Date commit_date) {
  ScoredDeal deal;
  deal.as_of = domain::StartOf(domain::MakeDate(2026, 11, 16));
  deal.forecast_category = "Commit";
  deal.commit_date = commit_date;
  deal.win_by_quarter_end = 0.7;
  return deal;
}

TEST(QuarterValueAtRisk, IsWhatACommittedDealIsExpectedToFallShort) {
  const domain::FiscalCalendar calendar = domain::FiscalCalendar::Monthly();
  EXPECT_DOUBLE_EQ(QuarterValueAtRisk(Committed(domain::MakeDate(2026, 12, 31)), 1000, calendar),
                   300);
  // A date that has passed does not make the deal less counted on.
  EXPECT_DOUBLE_EQ(QuarterValueAtRisk(Committed(domain::MakeDate(2026, 10, 1)), 1000, calendar),
                   300);
}

TEST(QuarterValueAtRisk, IsNotDefinedForWhatNobodyCountsOn) {
  const domain::FiscalCalendar calendar = domain::FiscalCalendar::Monthly();
  EXPECT_TRUE(
      std::isnan(QuarterValueAtRisk(Committed(domain::MakeDate(2027, 1, 1)), 1000, calendar)))
      << "next quarter";
  ScoredDeal best_case = Committed(domain::MakeDate(2026, 12, 1));
  best_case.forecast_category = "Best Case";
  EXPECT_TRUE(std::isnan(QuarterValueAtRisk(best_case, 1000, calendar)));
  ScoredDeal dateless = best_case;
  dateless.forecast_category = "Commit";
  dateless.commit_date.reset();
  EXPECT_TRUE(std::isnan(QuarterValueAtRisk(dateless, 1000, calendar)));
  EXPECT_TRUE(std::isnan(
      QuarterValueAtRisk(Committed(domain::MakeDate(2026, 12, 1)), std::nan(""), calendar)));
}

}  // namespace
}  // namespace ri::book
