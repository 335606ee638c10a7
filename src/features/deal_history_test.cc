#include "features/deal_history.h"

#include <gtest/gtest.h>

#include "features/log_builder.h"
#include "features/time_order.h"

namespace ri::features {
namespace {

using data::EntityKind;
using data::EventLog;
using data::ValueType;
using domain::TimestampFromMilliseconds;

const std::int64_t kDayOne = DayTime(2024, 1, 15);

/// Day n of the story, counted from creation.
std::int64_t Day(std::int64_t n) { return kDayOne + n * kDay; }

std::vector<Episode> EpisodesOf(const LogBuilder& builder, std::string_view deal) {
  const EventLog log = builder.Build();
  return BuildEpisodes(log, 1).at(*log.Find(EntityKind::kDeal, deal));
}

TEST(Episodes, OpenDealHasOneOpenEpisode) {
  LogBuilder log;
  log.Created("d", Day(0));
  log.Amount("d", Day(0), 500);
  const auto episodes = EpisodesOf(log, "d");
  ASSERT_EQ(episodes.size(), 1U);
  EXPECT_EQ(episodes[0].opened, TimestampFromMilliseconds(Day(0)));
  EXPECT_EQ(episodes[0].qualified, episodes[0].opened);
  EXPECT_EQ(episodes[0].outcome, Outcome::kOpen);
  EXPECT_FALSE(episodes[0].closed.has_value());
  EXPECT_EQ(episodes[0].final_amount, data::kNoValue);
}

TEST(Episodes, AmountInForceAtClosingIsTheFinalOneUnlessTheSourceSaysMore) {
  LogBuilder log;
  for (const char* deal : {"plain", "said"}) {
    log.Created(deal, Day(0));
    log.Amount(deal, Day(0), 500);
    log.Amount(deal, Day(4), 700);
    log.Amount(deal, Day(20), 900);  // after closing
    log.Outcome(deal, {Day(10), Day(12)}, "won");
  }
  log.Number(EntityKind::kDeal, "said", data::attribute::kClosedAmount, ValueType::kMoney, Day(10),
             650);
  const auto plain = EpisodesOf(log, "plain");
  ASSERT_EQ(plain.size(), 1U);
  EXPECT_EQ(plain[0].outcome, Outcome::kWon);
  EXPECT_EQ(plain[0].closed, TimestampFromMilliseconds(Day(10)));
  EXPECT_EQ(plain[0].outcome_visible, TimestampFromMilliseconds(Day(12)));
  EXPECT_EQ(plain[0].final_amount, 700);
  EXPECT_EQ(EpisodesOf(log, "said")[0].final_amount, 650);
}

TEST(Episodes, ReopenedDealHasTwo) {
  LogBuilder log;
  log.Created("d", Day(0));
  log.Outcome("d", Day(10), "lost");
  log.Outcome("d", Day(30), "open");
  log.Amount("d", Day(31), 100);
  log.Outcome("d", Day(40), "won");
  const auto episodes = EpisodesOf(log, "d");
  ASSERT_EQ(episodes.size(), 2U);
  EXPECT_EQ(episodes[0].outcome, Outcome::kLost);
  EXPECT_EQ(episodes[0].final_amount, data::kNoValue);
  EXPECT_EQ(episodes[1].opened, TimestampFromMilliseconds(Day(30)));
  EXPECT_EQ(episodes[1].outcome, Outcome::kWon);
  EXPECT_EQ(episodes[1].final_amount, 100);
}

TEST(Episodes, CorrectedOutcomeReplacesTheFirstAndARepeatedOneChangesNothing) {
  LogBuilder log;
  log.Created("d", Day(0));
  log.Outcome("d", Day(10), "lost");
  log.Outcome("d", Day(12), "lost");
  const auto repeated = EpisodesOf(log, "d");
  ASSERT_EQ(repeated.size(), 1U);
  EXPECT_EQ(repeated[0].closed, TimestampFromMilliseconds(Day(10)));
  log.Outcome("d", Day(15), "won");
  const auto corrected = EpisodesOf(log, "d");
  ASSERT_EQ(corrected.size(), 1U);
  EXPECT_EQ(corrected[0].outcome, Outcome::kWon);
  EXPECT_EQ(corrected[0].closed, TimestampFromMilliseconds(Day(15)));
}

TEST(Episodes, ClosingBeforeCreationCountsAsClosingAtCreation) {
  LogBuilder log;
  log.Created("d", Day(0));
  log.Outcome("d", Day(-5), "won");
  EXPECT_EQ(EpisodesOf(log, "d")[0].closed, TimestampFromMilliseconds(Day(0)));
}

TEST(Episodes, UndatedOutcomeIsALabelWithoutAMoment) {
  LogBuilder log;
  log.Created("d", Day(0));
  log.Amount("d", Day(0), 300);
  log.Text(EntityKind::kDeal, "d", data::attribute::kUndatedOutcome, Day(0), "won");
  const auto episodes = EpisodesOf(log, "d");
  ASSERT_EQ(episodes.size(), 1U);
  EXPECT_TRUE(episodes[0].undated);
  EXPECT_FALSE(episodes[0].closed.has_value());
  EXPECT_EQ(episodes[0].outcome, Outcome::kWon);
  EXPECT_EQ(episodes[0].final_amount, 300);
}

TEST(Episodes, WithoutCreationTheEarliestEventOpensAndWithoutEventsThereIsNone) {
  LogBuilder log;
  log.Amount("d", Day(3), 300);
  log.Stage("d", Day(2), "a");
  log.Entity(EntityKind::kDeal, "silent");
  EXPECT_EQ(EpisodesOf(log, "d")[0].opened, TimestampFromMilliseconds(Day(2)));
  EXPECT_TRUE(EpisodesOf(log, "silent").empty());
}

TEST(Episodes, QualificationDelaysAndNeverQualifiedHasNone) {
  LogBuilder log;
  for (const char* deal : {"early", "late", "never", "reopened"}) {
    log.Created(deal, Day(0));
  }
  const auto qualify = [&](const char* deal, std::int64_t when) {
    log.Number(EntityKind::kDeal, deal, data::attribute::kQualified, ValueType::kFlag, when, 1);
  };
  qualify("early", Day(5));
  qualify("late", Day(30));
  log.Outcome("late", Day(20), "lost");
  qualify("reopened", Day(5));
  log.Outcome("reopened", Day(20), "lost");
  log.Outcome("reopened", Day(25), "open");
  EXPECT_EQ(EpisodesOf(log, "early")[0].qualified, TimestampFromMilliseconds(Day(5)));
  EXPECT_FALSE(EpisodesOf(log, "late")[0].qualified.has_value());
  EXPECT_FALSE(EpisodesOf(log, "never")[0].qualified.has_value());
  EXPECT_EQ(EpisodesOf(log, "reopened").at(1).qualified, TimestampFromMilliseconds(Day(25)));
}

TEST(Episodes, ExclusionIsKept) {
  LogBuilder log;
  log.Created("d", Day(0));
  log.Text(EntityKind::kDeal, "d", data::attribute::kExcluded, Day(1), "test-record");
  EXPECT_TRUE(EpisodesOf(log, "d")[0].excluded);
}

TEST(StatesAsOf, LatestByEventTimeAmongWhatIsVisible) {
  LogBuilder builder;
  builder.Created("d", Day(0));
  builder.Amount("d", Day(5), 500);
  builder.Amount("d", {Day(3), Day(8)}, 300);  // learned late, dated back
  builder.Amount("d", {Day(6), Day(9)}, 600);  // learned late, newest
  builder.Stage("d", {Day(2), Day(2), 1}, "first");
  builder.Stage("d", {Day(2), Day(2), 0}, "zeroth");  // same time, earlier in the source
  builder.CommitDate("d", Day(0), kDayOne / kDay + 60);
  builder.Owner("d", Day(0), "ann");
  builder.Text(EntityKind::kDeal, "d", data::attribute::kCurrency, Day(0), "EUR");
  builder.Text(EntityKind::kDeal, "d", data::attribute::kName, Day(0), "Big one");
  builder.Real(EntityKind::kDeal, "d", data::attribute::kCrmProbability, Day(0), 0.25);
  builder.Entity(EntityKind::kDeal, "silent");
  const EventLog log = builder.Build();
  const auto state = [&](std::int64_t at) {
    return StatesAsOf(log, {0}, TimestampFromMilliseconds(at), 1).at(0);
  };
  EXPECT_EQ(state(Day(4)).amount, data::kNoValue);
  EXPECT_EQ(state(Day(5)).amount, 500);
  EXPECT_EQ(state(Day(8)).amount, 500);
  EXPECT_EQ(state(Day(9)).amount, 600);
  const DealState now = state(Day(9));
  EXPECT_EQ(log.symbols()[now.stage.value()], "first");
  EXPECT_EQ(now.commit_date, domain::MakeDate(2024, 3, 15));
  EXPECT_EQ(log.keys(EntityKind::kRep)[now.owner.value()], "ann");
  EXPECT_EQ(log.symbols()[now.currency.value()], "EUR");
  EXPECT_EQ(log.symbols()[now.name.value()], "Big one");
  EXPECT_EQ(now.crm_probability, 0.25);
  EXPECT_FALSE(now.account.has_value());
  EXPECT_EQ(now.opened, TimestampFromMilliseconds(Day(0)));
  EXPECT_FALSE(StatesAsOf(log, {1}, TimestampFromMilliseconds(Day(9)), 1).at(0).stage.has_value());
}

TEST(StatesAsOf, ClearedValueIsNotKnown) {
  LogBuilder builder;
  builder.Amount("d", Day(0), 500);
  builder.Cleared(EntityKind::kDeal, "d", data::attribute::kAmount, ValueType::kMoney, Day(1));
  const EventLog log = builder.Build();
  EXPECT_EQ(StatesAsOf(log, {0}, TimestampFromMilliseconds(Day(1)), 1).at(0).amount,
            data::kNoValue);
}

}  // namespace
}  // namespace ri::features
