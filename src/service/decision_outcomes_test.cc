#include "service/decision_outcomes.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ri::service {
namespace {

const domain::Date kMonday = domain::MakeDate(2026, 3, 2);

DealWeek Row(const std::string& deal, double risk, bool missed) {
  DealWeek row{.week = kMonday, .deal_id = deal, .stage = "Proposal", .risk = risk};
  row.promise.missed = missed;
  return row;
}

data::StoredDecision Review(const std::string& deal, std::int64_t user) {
  return {.deal_id = deal,
          .kind = "review",
          .user_id = user,
          .seen_as_of = domain::Milliseconds(domain::StartOf(kMonday) + std::chrono::hours(30))};
}

TEST(DecisionOutcomes, ComparesWithUntouchedDealsOfTheSameWeekStageAndChanceOnly) {
  DealWeeks history;
  std::vector<data::StoredDecision> decisions;
  for (int i = 0; i < 40; ++i) {
    const std::string number = std::to_string(i);
    history.rows.push_back(Row("reviewed " + number, 60, i % 2 == 0));
    history.rows.push_back(Row("alike " + number, 60.5, true));
    history.rows.push_back(Row("safer " + number, 20, false));
    DealWeek elsewhere = Row("elsewhere " + number, 60, false);
    elsewhere.stage = "Discovery";
    history.rows.push_back(elsewhere);
    decisions.push_back(Review("reviewed " + number, 1 + i % 2));
    decisions.push_back(Review("reviewed " + number, 1 + i % 2));  // a second look counts once
  }
  const std::vector<DecisionOutcome> outcomes = MeasureDecisions(history, decisions);
  ASSERT_EQ(outcomes.size(), 3u);
  const DecisionOutcome& all = outcomes[0];
  EXPECT_EQ(all.user_id, 0);
  EXPECT_EQ(all.decisions, 80u);
  EXPECT_EQ(all.judged, 40u);
  EXPECT_EQ(all.matched, 40u);
  EXPECT_DOUBLE_EQ(all.kept, 0.5);
  EXPECT_DOUBLE_EQ(all.controls, 0);
  EXPECT_DOUBLE_EQ(all.difference, 0.5);
  EXPECT_NEAR(all.stated, 0.4, 1e-12);
  EXPECT_LT(all.low, 0.5);
  EXPECT_GT(all.high, 0.5);
  EXPECT_TRUE(all.enough);
  EXPECT_EQ(outcomes[1].judged, 20u);
  EXPECT_FALSE(outcomes[1].enough) << "twenty are too few to say anything";
}

TEST(DecisionOutcomes, DoesNotJudgeWhatIsNotDue) {
  DealWeeks history;
  history.rows.push_back(Row("deal", 50, true));
  history.rows.back().promise.missed.reset();
  const auto outcomes = MeasureDecisions(history, std::vector{Review("deal", 1)});
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(outcomes[0].decisions, 1u);
  EXPECT_EQ(outcomes[0].judged, 0u);
  EXPECT_TRUE(std::isnan(outcomes[0].kept));
}

}  // namespace
}  // namespace ri::service
