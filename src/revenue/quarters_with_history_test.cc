#include "revenue/quarters_with_history.h"

#include <gtest/gtest.h>

#include <string>

namespace ri::revenue {
namespace {

using features::Episode;

domain::Timestamp On(int year, unsigned month, unsigned day) {
  return domain::StartOf(
      domain::Date(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day)));
}

std::string Names(const std::vector<domain::Quarter>& quarters) {
  std::string names;
  for (const domain::Quarter quarter : quarters) {
    names += (names.empty() ? "" : " ") + domain::FormatQuarter(quarter);
  }
  return names;
}

const domain::FiscalCalendar kCalendar = domain::FiscalCalendar::Monthly();
constexpr domain::Quarter kNewest{.year = 2026, .number = 2};

TEST(QuartersWithHistory, AreOldestFirstAndNoMoreThanAsked) {
  const std::vector<std::vector<Episode>> deals = {{{.opened = On(2020, 1, 1)}}};
  EXPECT_EQ(Names(QuartersWithHistory(deals, kCalendar, kNewest, 3)), "2025Q4 2026Q1 2026Q2");
  EXPECT_EQ(Names(QuartersWithHistory(deals, kCalendar, kNewest, 0)), "");
}

TEST(QuartersWithHistory, EachHasTwoWholeQuartersOfDealsBefore) {
  // Deals from the first day of 2025Q3 make 2026Q1 the first; a day later one quarter less is
  // whole.
  const std::vector<std::vector<Episode>> whole = {{}, {{.opened = On(2025, 7, 1)}}};
  EXPECT_EQ(Names(QuartersWithHistory(whole, kCalendar, kNewest, 8)), "2026Q1 2026Q2");
  const std::vector<std::vector<Episode>> torn = {{{.opened = On(2025, 7, 2)}}};
  EXPECT_EQ(Names(QuartersWithHistory(torn, kCalendar, kNewest, 8)), "2026Q2");
}

TEST(QuartersWithHistory, CountFromTheQualificationWhenThereIsOne) {
  const std::vector<std::vector<Episode>> deals = {
      {{.opened = On(2019, 1, 1), .qualified = On(2025, 9, 1)}}, {{.opened = On(2025, 10, 1)}}};
  EXPECT_EQ(Names(QuartersWithHistory(deals, kCalendar, kNewest, 8)), "2026Q2");
}

TEST(QuartersWithHistory, AreNoneWithoutDealsOrWithTooFewQuarters) {
  EXPECT_EQ(Names(QuartersWithHistory({}, kCalendar, kNewest, 8)), "");
  EXPECT_EQ(Names(QuartersWithHistory({{}, {}}, kCalendar, kNewest, 8)), "");
  const std::vector<std::vector<Episode>> late = {{{.opened = On(2026, 1, 1)}}};
  EXPECT_EQ(Names(QuartersWithHistory(late, kCalendar, kNewest, 8)), "");
}

TEST(QuartersWithHistory, FollowTheFiscalYear) {
  const domain::FiscalCalendar february = domain::FiscalCalendar::Monthly(2);
  const std::vector<std::vector<Episode>> deals = {{{.opened = On(2025, 8, 1)}}};
  const domain::Quarter newest = february.QuarterOf(domain::DateOf(On(2026, 5, 31)));
  // Whole from August: the quarters from August and November are history, February's is the first.
  EXPECT_EQ(Names(QuartersWithHistory(deals, february, newest, 8)),
            domain::FormatQuarter(domain::Previous(newest)) + " " + domain::FormatQuarter(newest));
}

}  // namespace
}  // namespace ri::revenue
