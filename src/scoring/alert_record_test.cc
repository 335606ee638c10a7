#include "scoring/alert_record.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ri::scoring {
namespace {

const domain::Date kMonday = domain::MakeDate(2026, 1, 5);
domain::Date Week(int week) { return kMonday + std::chrono::days(7 * week); }

TEST(AlertRecord, CountsByHand) {
  const std::vector<JudgedWeek> weeks = {
      {"a", Week(0), false, false, true, Week(8)}, {"a", Week(1), true, true, true, Week(8)},
      {"b", Week(0), true, true, false, {}},       {"b", Week(3), true, true, false, {}},
      {"c", Week(0), false, false, true, Week(2)}, {"d", Week(0), false, false, false, {}},
      {"e", Week(0), true, true, {}, {}},  // not known yet: not judged
  };
  const AlertRecord record = JudgeAlerts(weeks);
  EXPECT_EQ(record.fired, 3U);
  EXPECT_EQ(record.missed, 1U);
  EXPECT_DOUBLE_EQ(record.precision, 1.0 / 3);
  EXPECT_EQ(record.promises, 4U);
  EXPECT_DOUBLE_EQ(record.base_rate, 2.0 / 4);
  EXPECT_DOUBLE_EQ(record.weeks_base_rate, 3.0 / 6);
  EXPECT_DOUBLE_EQ(record.lift, 2.0 / 3);
  EXPECT_DOUBLE_EQ(record.median_lead_weeks, 7);
  EXPECT_DOUBLE_EQ(record.refires_per_deal, 0.5);
  EXPECT_DOUBLE_EQ(record.recall, 0.5);
  EXPECT_LT(record.precision_interval.low, record.precision);
  EXPECT_GT(record.precision_interval.high, record.precision);
}

// A deal that was pushed made two promises; only what was counted in some week is judged.
TEST(AlertRecord, JudgesEveryCountedPromiseOnce) {
  std::vector<JudgedWeek> weeks = {
      {"a", Week(0), false, false, true, Week(3)}, {"a", Week(1), true, true, true, Week(3)},
      {"a", Week(4), true, true, false, {}},       {"b", Week(0), true, true, true, Week(5)},
      {"c", Week(0), false, false, false, {}},     {"c", Week(1), true, true, false, {}},
  };
  for (JudgedWeek& week : weeks) {
    week.promised = Week(2);
  }
  weeks[2].promised = Week(9);
  weeks[3].counted = false;
  weeks[5].counted = false;  // the same promise was counted the week before
  const AlertRecord record = JudgeAlerts(weeks);
  EXPECT_EQ(record.promises, 3U) << "a twice, c once, b never";
  EXPECT_EQ(record.fired, 3U);
  EXPECT_EQ(record.missed, 1U);
  EXPECT_DOUBLE_EQ(record.base_rate, 1.0 / 3);
  EXPECT_DOUBLE_EQ(record.weeks_base_rate, 2.0 / 4);
  EXPECT_DOUBLE_EQ(record.recall, 1);
}

TEST(AlertRecord, HasNoPrecisionWithoutAlerts) {
  const AlertRecord record = JudgeAlerts({});
  EXPECT_TRUE(std::isnan(record.precision));
  EXPECT_TRUE(std::isnan(record.lift));
  EXPECT_TRUE(std::isnan(record.median_lead_weeks));
  EXPECT_EQ(record.refires_per_deal, 0);
}

}  // namespace
}  // namespace ri::scoring
