#include "service/alert_desk.h"

#include <gtest/gtest.h>

#include <map>

#include "service/alert_measure.h"

namespace ri::service {
namespace {

domain::Date Monday(int week) { return domain::MakeDate(2026, 1, 5) + std::chrono::days(7 * week); }

DealWeek Row(const std::string& deal, int week, double risk, double excess) {
  return {.week = Monday(week),
          .deal_id = deal,
          .owner = 0,
          .amount = 100,
          .risk = risk,
          .excess_risk = excess};
}

std::map<std::string, int> Fired(const std::vector<DeskEvent>& events) {
  std::map<std::string, int> fired;
  for (const DeskEvent& event : events) {
    if (event.change == scoring::AlertChange::kFired) {
      ++fired[std::string(AlertTypeName(event.type))];
    }
  }
  return fired;
}

TEST(AlertDesk, AllTypesShareTheBudgetOfARepAndTheModelComesFirst) {
  AlertSettings settings;
  AlertDesk desk(settings);
  std::vector<DealWeek> rows;
  for (int deal = 0; deal < 9; ++deal) {
    DealWeek row = Row("deal " + std::to_string(deal), 0, 99, 3);
    row.facts.pushes = deal < 3 ? 0 : 9;  // six are pushed as well
    rows.push_back(row);
  }
  for (std::size_t i = 3; i < rows.size(); ++i) {
    rows[i].risk = 10;  // these are calm for the model
    rows[i].excess_risk = -1;
  }
  EXPECT_EQ(Fired(*desk.Advance(Monday(0), rows)), (std::map<std::string, int>{{"pushed", 5}}));
  for (DealWeek& row : rows) {
    row.week = Monday(1);
  }
  // Three red for the second time; the sixth pushed deal waited and takes one of the two left.
  EXPECT_EQ(Fired(*desk.Advance(Monday(1), rows)),
            (std::map<std::string, int>{{"miss", 3}, {"pushed", 1}}));
}

TEST(AlertDesk, GoesOnFromItsStoredStateAsIfItHadNeverStopped) {
  AlertSettings settings;
  AlertDesk whole(settings);
  AlertDesk stopped(settings);
  for (int week = 0; week < 12; ++week) {
    std::vector<DealWeek> rows;
    for (int deal = 0; deal < 40; ++deal) {
      const int phase = (7 * deal + week) % 10;
      DealWeek row =
          Row("deal " + std::to_string(deal), week, phase < 5 ? 98 : 20, phase < 5 ? 2 : -1);
      row.owner = static_cast<std::size_t>(deal % 3);
      row.facts.days_since_two_way_touch = phase * 6;
      rows.push_back(row);
    }
    const auto expected = whole.Advance(Monday(week), rows);
    auto again = AlertDesk::FromJson(stopped.ToJson(), settings);
    ASSERT_TRUE(again);
    stopped = *std::move(again);
    const auto got = stopped.Advance(Monday(week), rows);
    ASSERT_TRUE(expected && got);
    ASSERT_EQ(expected->size(), got->size());
    for (std::size_t i = 0; i < got->size(); ++i) {
      EXPECT_EQ((*expected)[i].deal_id, (*got)[i].deal_id);
      EXPECT_EQ((*expected)[i].change, (*got)[i].change);
      EXPECT_EQ((*expected)[i].type, (*got)[i].type);
    }
  }
  EXPECT_EQ(whole.ToJson(), stopped.ToJson());
  EXPECT_FALSE(whole.Advance(Monday(11), {})) << "a week is drawn once";
}

TEST(AlertDesk, TheModelSpeaksOfDealsTheTeamCountsOn) {
  const auto fired = [](const AlertSettings& settings) {
    AlertDesk desk(settings);
    std::map<std::string, int> by_deal;
    for (int week = 0; week < 2; ++week) {
      std::vector<DealWeek> rows;
      for (const char* category : {"Commit", "Best Case", "Pipeline", ""}) {
        rows.push_back(Row(std::string("deal ") + category, week, 99, 3));
        rows.back().category = category;
      }
      const auto events = desk.Advance(Monday(week), rows);
      EXPECT_TRUE(events);
      for (const DeskEvent& event : events.value_or(std::vector<DeskEvent>())) {
        ++by_deal[event.deal_id];
      }
    }
    return by_deal;
  };
  AlertSettings settings;
  EXPECT_EQ(fired(settings), (std::map<std::string, int>{{"deal ", 1}, {"deal Commit", 1}}));
  settings.counted_categories.clear();
  EXPECT_EQ(fired(settings).size(), 4u) << "everything counts";
}

// A deal that leaves the category for a week keeps its alert; nothing is raised twice.
TEST(AlertDesk, AWeekInAnotherCategoryIsNoNewAlert) {
  AlertDesk desk{AlertSettings()};
  int fired = 0;
  for (int week = 0; week < 6; ++week) {
    DealWeek row = Row("deal", week, 99, 3);
    row.category = week == 3 ? "Best Case" : "Commit";
    const auto events = desk.Advance(Monday(week), std::vector{row});
    ASSERT_TRUE(events);
    for (const DeskEvent& event : *events) {
      fired += event.change == scoring::AlertChange::kFired ? 1 : 0;
    }
  }
  EXPECT_EQ(fired, 1);
}

TEST(MeasureAlerts, TheModelIsJudgedOnWhatItMaySpeakOf) {
  // Twenty promises of Commit, ten of them missed and of these five warned about twice in time; a
  // hundred of Pipeline that are all missed.
  DealWeeks history;
  for (int week = 0; week < 2; ++week) {
    for (int deal = 0; deal < 120; ++deal) {
      const bool commit = deal < 20;
      DealWeek row = Row("deal " + std::to_string(1000 + deal), week, 50, 0);
      row.owner = static_cast<std::size_t>(deal);
      row.category = commit ? "Commit" : "Pipeline";
      row.commit_date = Monday(10);
      row.promise.missed = !commit || deal < 10;
      row.promise.known = Monday(10);
      row.risk = !commit || deal < 5 ? 95 : 20;
      row.excess_risk = !commit || deal < 5 ? 2 : -1;
      history.rows.push_back(row);
    }
  }
  const auto measured = MeasureAlerts(history, AlertSettings());
  ASSERT_TRUE(measured);
  const scoring::AlertRecord& miss = measured->alerts[kMissAlert].record;
  EXPECT_EQ(miss.promises, 20u);
  EXPECT_DOUBLE_EQ(miss.base_rate, 0.5);
  EXPECT_EQ(miss.fired, 5u);
  EXPECT_DOUBLE_EQ(miss.lift, 2);
  EXPECT_DOUBLE_EQ(measured->base_rate, 110.0 / 120) << "of all deals";
}

TEST(AlertDesk, MutedTypesSayNothing) {
  AlertSettings settings;
  settings.muted.fill(true);
  AlertDesk desk(settings);
  DealWeek row = Row("deal", 0, 99, 3);
  row.facts.pushes = 9;
  EXPECT_TRUE(desk.Advance(Monday(0), std::vector{row})->empty());
}

TEST(AlertDesk, TheLatestLifeOfAReopenedDealStandsForIt) {
  AlertDesk desk{AlertSettings()};
  DealWeek first = Row("deal", 0, 10, -1);
  DealWeek second = first;
  second.episode = 1;
  second.facts.pushes = 9;
  const auto events = desk.Advance(Monday(0), std::vector{first, second});
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 1u);
  EXPECT_EQ(events->front().row, 1u);
}

TEST(MeasureAlerts, JudgesFiringsAgainstEveryPromiseThatIsDue) {
  // Forty deals, one week each, half of them missed; the rule fires on ten, of which nine missed.
  DealWeeks history;
  for (int deal = 0; deal < 40; ++deal) {
    DealWeek row = Row("deal " + std::to_string(deal), 0, 50, 0);
    row.owner = static_cast<std::size_t>(deal);
    row.promise.missed = deal < 20;
    row.promise.known = Monday(deal < 20 ? 6 : 0);
    row.facts.pushes = deal >= 11 && deal < 21 ? 5 : 0;
    history.rows.push_back(row);
  }
  DealWeek open = Row("open", 0, 50, 0);
  open.facts.pushes = 5;
  open.owner = 40;
  history.rows.push_back(open);
  const auto measured = MeasureAlerts(history, AlertSettings());
  ASSERT_TRUE(measured);
  const MeasuredAlert& pushed =
      measured->alerts[1 + static_cast<std::size_t>(scoring::DealRule::kPushed)];
  EXPECT_EQ(pushed.record.fired, 10u);
  EXPECT_EQ(pushed.record.missed, 9u);
  EXPECT_EQ(pushed.pending, 1u) << "the open promise is not judged";
  EXPECT_DOUBLE_EQ(pushed.record.base_rate, 0.5);
  EXPECT_DOUBLE_EQ(pushed.record.lift, 1.8);
  EXPECT_DOUBLE_EQ(pushed.kept_ratio, 0.2);
  EXPECT_DOUBLE_EQ(pushed.odds_ratio, 9);
  EXPECT_DOUBLE_EQ(pushed.record.median_lead_weeks, 6);
  EXPECT_FALSE(pushed.enough);
  const auto read = AlertMeasurementFrom(AlertMeasurementJson(*measured));
  ASSERT_TRUE(read);
  EXPECT_EQ(AlertMeasurementJson(*read), AlertMeasurementJson(*measured));
}

}  // namespace
}  // namespace ri::service
