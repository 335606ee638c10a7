// The structures under the engine, each against the plain way to compute the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/random.h"
#include "features/calendar_table.h"
#include "features/event_order.h"
#include "features/keyed_counts.h"
#include "features/running_median.h"
#include "features/stage_tables.h"
#include "features/time_order.h"

namespace ri::features {
namespace {

double PlainMedian(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

TEST(TimeOrder, SortsStablyWhateverTheRange) {
  base::RandomStream random(1, "time-order");
  for (const std::uint64_t range : {1ULL, 2000ULL, 5'000'000'000ULL, 1ULL << 62}) {
    std::vector<std::int64_t> times(3000);
    for (std::int64_t& time : times) {
      time = static_cast<std::int64_t>(random.Below(range)) - 1000;
    }
    std::vector<std::uint32_t> expected(times.size());
    std::iota(expected.begin(), expected.end(), 0U);
    std::stable_sort(expected.begin(), expected.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return times[a] < times[b]; });
    EXPECT_EQ(TimeOrder(times), expected) << range;
  }
  EXPECT_TRUE(TimeOrder({}).empty());
}

TEST(Weeks, MondaysBelongToThemselves) {
  EXPECT_EQ(WeekOf(kFirstMonday), 0);
  EXPECT_EQ(WeekThatSees(kFirstMonday), 0);
  EXPECT_EQ(WeekOf(kFirstMonday - 1), -1);
  EXPECT_EQ(WeekThatSees(kFirstMonday - 1), 0);
  EXPECT_EQ(WeekThatSees(kFirstMonday + 1), 1);
  EXPECT_EQ(WeekOf(kFirstMonday + kWeek - 1), 0);
}

TEST(ValueHistory, KeepsEventOrderWhateverTheArrival) {
  base::RandomStream random(2, "history");
  std::vector<HistoryEntry> entries;
  for (int i = 0; i < 40; ++i) {
    entries.push_back({static_cast<std::int64_t>(random.Below(10)),
                       static_cast<std::int64_t>(random.Below(2)),
                       static_cast<std::int64_t>(random.Below(3))});
  }
  ValueHistory history;
  for (const HistoryEntry& entry : entries) {
    history.Insert(entry);
  }
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  EXPECT_TRUE(std::equal(entries.begin(), entries.end(), history.entries().begin(),
                         history.entries().end()));
  EXPECT_EQ(history.latest(), entries.back().value);
}

TEST(RunningMedian, EqualsSortingAfterEveryNumber) {
  base::RandomStream random(3, "median");
  RunningMedian median;
  std::vector<double> values;
  for (int i = 0; i < 500; ++i) {
    values.push_back(std::floor(random.Uniform() * 50));
    median.Add(values.back());
    ASSERT_EQ(median.value(), PlainMedian(values));
  }
}

TEST(RunningMedian, AssignedAtOnceItEqualsSortingAndGoesOn) {
  base::RandomStream random(5, "median");
  for (std::size_t n = 0; n < 60; ++n) {
    std::vector<double> values(n);
    for (double& value : values) {
      value = std::floor(random.Uniform() * 20);
    }
    RunningMedian median;
    median.Add(1e9);  // forgotten
    median.Assign(values);
    ASSERT_EQ(median.empty(), n == 0);
    for (int more = 0; more < 20; ++more) {
      if (!values.empty()) {
        ASSERT_EQ(median.value(), PlainMedian(values));
      }
      values.push_back(std::floor(random.Uniform() * 20));
      median.Add(values.back());
    }
  }
}

TEST(KeyedCounts, EqualsCountingAllChangesUpToTheMoment) {
  base::RandomStream random(4, "counts");
  std::vector<CountChange> changes;
  for (int i = 0; i < 400; ++i) {
    changes.push_back({i / 3, static_cast<std::uint32_t>(random.Below(6)),
                       random.Bernoulli(0.9) ? 1 : -1, static_cast<std::int32_t>(random.Below(2))});
  }
  // Key 5 is out of range and left out.
  const KeyedCounts counts(5, changes);
  for (std::uint32_t key = 0; key < 5; ++key) {
    for (std::int64_t time = -1; time < 140; ++time) {
      Counts expected;
      for (const CountChange& change : changes) {
        if (change.key == key && change.time <= time) {
          expected.n += change.n;
          expected.wins += change.wins;
        }
      }
      ASSERT_EQ(counts.At(key, time).n, expected.n);
      ASSERT_EQ(counts.At(key, time).wins, expected.wins);
    }
  }
}

TEST(StageTables, OrderIsTheOneMostDealsTake) {
  // Two deals go 2, 0, 1; one goes 0, 2: the majority says 2 before 0. Known on Monday 1.
  std::vector<StagePair> pairs = {{1, 2, 0}, {1, 2, 1}, {1, 0, 1}, {1, 2, 0},
                                  {1, 2, 1}, {1, 0, 1}, {1, 0, 2}};
  const StageTables tables(4, pairs, {{1, 2, 7}, {1, 2, 9}, {1, 2, 30}, {2, 2, 1}});
  EXPECT_TRUE(tables.At(kFirstMonday + kWeek - 1).empty());
  const auto facts = tables.At(kFirstMonday + kWeek);
  ASSERT_EQ(facts.size(), 4U);
  EXPECT_EQ(facts[2].rank, 0);
  EXPECT_EQ(facts[0].rank, 1);
  EXPECT_EQ(facts[1].rank, 2);
  EXPECT_EQ(facts[3].rank, kNoRank);
  EXPECT_EQ(facts[0].place, 0.5F);
  EXPECT_EQ(facts[2].median_stay, 9);
  EXPECT_EQ(facts[2].p90_stay, 30);
  EXPECT_TRUE(std::isnan(facts[0].median_stay));
  // The last table stays in force.
  EXPECT_EQ(tables.At(kFirstMonday + 50 * kWeek)[2].median_stay, 7);
}

TEST(CalendarTable, AgreesWithTheCalendarDayByDay) {
  const domain::FiscalCalendar calendars[] = {
      domain::FiscalCalendar::Monthly(), domain::FiscalCalendar::Monthly(2),
      domain::FiscalCalendar::FourFourFive(1, std::chrono::Saturday)};
  for (const domain::FiscalCalendar& calendar : calendars) {
    const CalendarTable table(calendar);
    for (domain::Date date = domain::MakeDate(2023, 12, 1); date < domain::MakeDate(2025, 3, 5);
         date += std::chrono::days(1)) {
      const DayFacts facts = table.At(domain::DayNumber(date));
      ASSERT_EQ(facts.days_to_quarter_end, (calendar.QuarterEnd(date) - date).count());
      ASSERT_EQ(facts.week_of_quarter, calendar.WeekOfQuarter(date));
      ASSERT_EQ(facts.quarter_number, calendar.QuarterOf(date).number);
      const std::chrono::year_month_day day(date);
      ASSERT_EQ(facts.month, static_cast<unsigned>(day.month()));
      ASSERT_EQ(facts.is_month_end, day == day.year() / day.month() / std::chrono::last);
    }
    // Outside the table too.
    const domain::Date far = domain::MakeDate(2100, 2, 28);
    EXPECT_EQ(table.At(domain::DayNumber(far)).days_to_quarter_end,
              (calendar.QuarterEnd(far) - far).count());
  }
  const CalendarTable table(domain::FiscalCalendar::Monthly());
  EXPECT_TRUE(table.At(domain::DayNumber(domain::MakeDate(2024, 2, 29))).is_month_end);
  EXPECT_FALSE(table.At(domain::DayNumber(domain::MakeDate(2024, 2, 28))).is_month_end);
  EXPECT_EQ(table.At(domain::DayNumber(domain::MakeDate(2024, 2, 29))).weekday, 4);  // Thursday
}

}  // namespace
}  // namespace ri::features
