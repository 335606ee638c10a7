#include "monitoring/freshness.h"

#include <gtest/gtest.h>

#include <vector>

namespace ri::monitoring {
namespace {

domain::Timestamp Day(int day) {
  return domain::StartOf(domain::MakeDate(2026, 1, 1) + std::chrono::days(day));
}

TEST(Freshness, ComparesWithTheUsualGap) {
  const std::vector<domain::Timestamp> weekly = {Day(14), Day(0), Day(7), Day(21)};
  EXPECT_FALSE(JudgeFreshness("crm", weekly, Day(35)).late);
  const SourceFreshness late = JudgeFreshness("crm", weekly, Day(36));
  EXPECT_TRUE(late.late);
  EXPECT_DOUBLE_EQ(late.age_days, 15);
  EXPECT_DOUBLE_EQ(*late.usual_gap_days, 7);
}

TEST(Freshness, AllowsADayMoreForDailySources) {
  const std::vector<domain::Timestamp> hourly = {Day(0), Day(0) + std::chrono::hours(1),
                                                 Day(0) + std::chrono::hours(2)};
  EXPECT_FALSE(JudgeFreshness("crm", hourly, Day(1)).late);
  EXPECT_TRUE(JudgeFreshness("crm", hourly, Day(2)).late);
}

TEST(Freshness, KnowsNoUsualGapAfterOneArrival) {
  const std::vector<domain::Timestamp> once = {Day(0)};
  EXPECT_FALSE(JudgeFreshness("crm", once, Day(10)).late);
  EXPECT_TRUE(JudgeFreshness("crm", once, Day(11)).late);
  EXPECT_FALSE(JudgeFreshness("crm", once, Day(10)).usual_gap_days.has_value());
}

TEST(Freshness, CallsASourceThatNeverCameLate) {
  const SourceFreshness never = JudgeFreshness("crm", {}, Day(0));
  EXPECT_TRUE(never.late);
  EXPECT_NE(never.text.find("never"), std::string::npos);
}

}  // namespace
}  // namespace ri::monitoring
