#include "scoring/alert_policy.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace ri::scoring {
namespace {

const domain::Date kMonday = domain::MakeDate(2026, 1, 5);
domain::Date Week(int week) { return kMonday + std::chrono::days(7 * week); }

WeeklyRisk Red(std::string deal, double value = 1, std::string rep = "rep") {
  return {.deal_id = std::move(deal),
          .rep = std::move(rep),
          .risk = 70,
          .excess_risk = 1,
          .value = value,
          .reason = "silent"};
}
WeeklyRisk Calm(std::string deal) {
  return {.deal_id = std::move(deal), .rep = "rep", .risk = 20, .excess_risk = 0};
}
WeeklyRisk Amber(std::string deal) {
  return {.deal_id = std::move(deal), .rep = "rep", .risk = 60, .excess_risk = 0.4};
}

std::vector<AlertEvent> Step(AlertBook& book, int week, std::vector<WeeklyRisk> deals) {
  auto events = book.Advance(Week(week), deals);
  EXPECT_TRUE(events.has_value());
  return events.value_or(std::vector<AlertEvent>{});
}

TEST(AlertBook, FiresAtTheSecondRedWeekAndOnlyOnce) {
  AlertBook book;
  EXPECT_TRUE(Step(book, 0, {Red("a")}).empty());
  const auto second = Step(book, 1, {Red("a")});
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].change, AlertChange::kFired);
  EXPECT_EQ(second[0].reason, "silent");
  EXPECT_TRUE(Step(book, 2, {Red("a")}).empty());
}

TEST(AlertBook, FiresAtOnceAfterAJump) {
  AlertBook book;
  EXPECT_TRUE(Step(book, 0, {Calm("a")}).empty());
  EXPECT_EQ(Step(book, 1, {Red("a")}).size(), 1U);
  AlertBook creeping;
  Step(creeping, 0, {Amber("a")});
  EXPECT_TRUE(Step(creeping, 1, {Red("a")}).empty()) << "ten points are no jump";
}

TEST(AlertBook, LeavesAfterTwoCalmWeeksAndThenRests) {
  AlertBook book;
  Step(book, 0, {Red("a")});
  Step(book, 1, {Red("a")});
  EXPECT_TRUE(Step(book, 2, {Calm("a")}).empty());
  EXPECT_TRUE(Step(book, 3, {Amber("a")}).empty()) << "amber is not calm";
  EXPECT_TRUE(Step(book, 4, {Calm("a")}).empty());
  const auto left = Step(book, 5, {Calm("a")});
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].change, AlertChange::kLeft);
  EXPECT_TRUE(Step(book, 6, {Red("a")}).empty()) << "a jump, but it rests";
  EXPECT_EQ(Step(book, 7, {Red("a")}).size(), 1U) << "fourteen days later";
  EXPECT_EQ(book.states().at("a").fired, 2);
}

TEST(AlertBook, SpendsTheBudgetOnTheMostValuable) {
  AlertBook book;
  std::vector<WeeklyRisk> deals;
  for (int i = 0; i < 8; ++i) {
    deals.push_back(Red(std::string(1, static_cast<char>('a' + i)), i));
  }
  deals.push_back(Red("other", 0, "other rep"));
  Step(book, 0, deals);
  std::size_t waiting = 0;
  for (const AlertEvent& event : Step(book, 1, deals)) {
    if (event.change == AlertChange::kWaiting) {
      ++waiting;
      EXPECT_LT(event.deal_id, "d") << "the three least valuable wait";
    }
  }
  EXPECT_EQ(waiting, 3U);
  EXPECT_TRUE(book.states().at("other").active);
  EXPECT_EQ(Step(book, 2, deals).size(), 3U) << "they go next";
}

TEST(AlertBook, ForgetsDealsThatAreNoLongerOpen) {
  AlertBook book;
  Step(book, 0, {Red("a")});
  Step(book, 1, {Red("a")});
  const auto gone = Step(book, 2, {});
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0].change, AlertChange::kGone);
  EXPECT_TRUE(book.states().empty());
}

TEST(AlertBook, MissingNumbersAreNoAlarm) {
  EXPECT_EQ(BandOf(std::nan(""), 1, {}), RiskBand::kAmber);
  EXPECT_EQ(BandOf(70, std::nan(""), {}), RiskBand::kGreen);
  AlertBook book;
  WeeklyRisk unknown = Red("a");
  unknown.risk = std::nan("");
  unknown.excess_risk = std::nan("");
  Step(book, 0, {unknown});
  EXPECT_TRUE(Step(book, 1, {unknown}).empty());
}

TEST(AlertBook, GoesForwardOnlyAndTakesADealOnce) {
  AlertBook book;
  Step(book, 1, {Calm("a")});
  EXPECT_EQ(book.Advance(Week(1), {}).error().code(), ErrorCode::kUsage);
  const std::vector<WeeklyRisk> twice = {Calm("a"), Calm("a")};
  EXPECT_EQ(book.Advance(Week(2), twice).error().code(), ErrorCode::kUsage);
}

// Any history of scores, stored and read after every week, gives what it gives without storing.
TEST(AlertBook, ComesBackFromItsJsonAtAnyWeek) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    base::RandomStream stream(seed, "alert-test");
    AlertBook whole;
    AlertBook stored;
    for (int week = 0; week < 30; ++week) {
      std::vector<WeeklyRisk> deals;
      for (int i = 0; i < 12; ++i) {
        const double u = stream.Uniform();
        const std::string id = "d" + std::to_string(i);
        deals.push_back(u < 0.4 ? Red(id, i) : u < 0.6 ? Amber(id) : Calm(id));
      }
      const auto first = Step(whole, week, deals);
      const auto second = Step(stored, week, deals);
      ASSERT_EQ(first.size(), second.size());
      auto read = AlertBook::FromJson(stored.ToJson());
      ASSERT_TRUE(read.has_value());
      stored = std::move(*read);
    }
    EXPECT_EQ(whole.ToJson(), stored.ToJson());
  }
  EXPECT_FALSE(AlertBook::FromJson("{}").has_value());
}

}  // namespace
}  // namespace ri::scoring
