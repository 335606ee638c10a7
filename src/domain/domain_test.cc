#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <unordered_set>

#include "domain/date.h"
#include "domain/fiscal_calendar.h"
#include "domain/identifier.h"
#include "domain/money.h"
#include "domain/probability.h"

namespace ri::domain {
namespace {

TEST(Date, ReadsOnlyDaysThatExist) {
  EXPECT_EQ(ParseIsoDate("2024-02-29"), MakeDate(2024, 2, 29));
  for (const char* text :
       {"2023-02-29", "2024-13-01", "2024-1-01", "2024-01-01x", "", "24-01-01"}) {
    EXPECT_FALSE(ParseIsoDate(text)) << text;
  }
  EXPECT_FALSE(IsPlausible(*ParseIsoDate("0001-01-01")));
  EXPECT_FALSE(IsPlausible(*ParseIsoDate("9999-12-31")));
}

TEST(Timestamp, ReadsZonesAndRoundTrips) {
  const auto instant = ParseIsoTimestamp("2026-11-22T06:00:00.123456Z");
  ASSERT_TRUE(instant);
  EXPECT_EQ(FormatTimestamp(*instant), "2026-11-22T06:00:00.123Z");
  EXPECT_EQ(ParseIsoTimestamp("2026-11-22T07:00:00.123+0100"), instant);
  EXPECT_EQ(ParseIsoTimestamp("2026-11-22 01:00:00.123-05:00"), instant);
  EXPECT_EQ(ParseIsoTimestamp("2026-11-22"), StartOf(MakeDate(2026, 11, 22)));
  for (const char* text : {"2026-11-22T25:00:00Z", "2026-11-22T", "2026-11-22T06:00:00+99:00"}) {
    EXPECT_FALSE(ParseIsoTimestamp(text)) << text;
  }
}

TEST(Timestamp, EveryPartMayBeLeftOutOnlyFromTheEnd) {
  const Timestamp minute = *ParseIsoTimestamp("2026-11-22T06:07");
  EXPECT_EQ(FormatTimestamp(minute), "2026-11-22T06:07:00.000Z");
  EXPECT_EQ(ParseIsoTimestamp("2026-11-22T06:07:09Z"), minute + std::chrono::seconds(9));
  EXPECT_EQ(ParseIsoTimestamp("2026-11-22T06:07:09.5"), minute + std::chrono::milliseconds(9500));
  const std::string whole = "2026-11-22T06:07:09.5+01:00";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::string part = whole.substr(0, length);
    const bool ends_before_a_part = part.empty() || part.back() < '0' || part.back() > '9';
    EXPECT_FALSE(ends_before_a_part && ParseIsoTimestamp(part)) << part;
  }
  for (const char* text :
       {"2026-02-30T06:07", "2026-11-22x06:07", "2026-11-22T6:07", "2026-11-22T06:7",
        "2026-11-22T06:60", "2026-11-22T06:07:61", "2026-11-22T06:07:9", "2026-11-22T06:07:09.Z",
        "2026-11-22T06:07ZZ", "2026-11-22T06:07+1", "2026-11-22T06:07+01:5",
        "2026-11-22T06:07+01:60"}) {
    EXPECT_FALSE(ParseIsoTimestamp(text)) << text;
  }
}

TEST(Timestamp, NoPlaceOnEarthIsFurtherThanFourteenHoursFromUtc) {
  const Timestamp noon = *ParseIsoTimestamp("2026-11-22T12:00Z");
  EXPECT_EQ(ParseIsoTimestamp("2026-11-23T02:00+14"), noon);
  EXPECT_EQ(ParseIsoTimestamp("2026-11-22T13:00+01"), noon);
  for (const char* offset : {"+15", "-15", "+99", "+15:00", "+14:01", "-9900", "+", "+1", "+01:"}) {
    EXPECT_FALSE(ParseIsoTimestamp("2026-11-22T12:00" + std::string(offset))) << offset;
  }
}

TEST(Timestamp, TextsOfMillisecondsComeBackAsTheyWere) {
  for (const std::int64_t milliseconds :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{86'399'999},
        std::int64_t{1'795'327'445'001}}) {
    const Timestamp time = TimestampFromMilliseconds(milliseconds);
    EXPECT_EQ(Milliseconds(*ParseIsoTimestamp(FormatTimestamp(time))), milliseconds);
    EXPECT_EQ(DateFromDayNumber(DayNumber(DateOf(time))), DateOf(time));
    EXPECT_LE(StartOf(DateOf(time)), time);
    EXPECT_LT(time - StartOf(DateOf(time)), std::chrono::days(1));
  }
}

TEST(Date, MondaysBracketEveryDay) {
  for (int day = 0; day < 14; ++day) {
    const Date date = MakeDate(2026, 11, 16) + std::chrono::days(day);
    EXPECT_EQ(std::chrono::weekday(MondayOnOrBefore(date)), std::chrono::Monday);
    EXPECT_LE(MondayOnOrBefore(date), date);
    EXPECT_LT(date - MondayOnOrBefore(date), std::chrono::days(7));
    EXPECT_GE(MondayOnOrAfter(date), date);
    EXPECT_LT(MondayOnOrAfter(date) - date, std::chrono::days(7));
  }
}

TEST(DaysBetween, RoundsTowardsThePast) {
  const Timestamp noon = *ParseIsoTimestamp("2026-01-02T12:00:00Z");
  EXPECT_EQ(DaysBetween(*ParseIsoTimestamp("2026-01-01"), noon), 1);
  EXPECT_EQ(DaysBetween(noon, *ParseIsoTimestamp("2026-01-02")), -1);
}

TEST(Money, ReadsDecimalsExactlyAndRefusesTheAbsurd) {
  EXPECT_EQ(ParseMinorUnits("0.29", 2), 29);
  EXPECT_EQ(ParseMinorUnits("-12.345", 2), -1235);
  EXPECT_EQ(ParseMinorUnits("9803430.0", 2), 980343000);
  EXPECT_EQ(ParseMinorUnits("1e3", 2), 100000);
  // A factor behind the number ("1e2 mn") asks for more digits than any currency has.
  EXPECT_EQ(ParseMinorUnits("1e2", 8), 10'000'000'000);
  EXPECT_FALSE(ParseMinorUnits("8e11", 12));
  EXPECT_FALSE(ParseMinorUnits("101707000640636", 11));
  EXPECT_EQ(ParseMinorUnits("1234", 0), 1234);
  EXPECT_EQ(ParseMinorUnits("1.0005", 3), 1001);
  for (const char* text : {"1e18", "N/A", "", "-", "1.2.3", "nan", "1000000000000000000"}) {
    EXPECT_FALSE(ParseMinorUnits(text, 2)) << text;
  }
}

TEST(Money, RefusesAmountsThatFitOnlyBeforeTheirMinorUnitsAreAdded) {
  EXPECT_EQ(ParseMinorUnits("1000000000000", 3), kLargestPlausibleMinorUnits);
  EXPECT_FALSE(ParseMinorUnits("1000000000000.001", 3));
  EXPECT_FALSE(ParseMinorUnits("9999999999999999", 3));
}

TEST(Money, FormatsWithGroupsAndMinorUnits) {
  EXPECT_EQ(FormatMoney(Money(123456789, *Currency::FromCode("eur"))), "1,234,567.89 EUR");
  EXPECT_EQ(FormatMoney(Money(-5, Currency::Usd())), "-0.05 USD");
  EXPECT_EQ(FormatMoney(Money(1234, *Currency::FromCode("JPY"))), "1,234 JPY");
  EXPECT_FALSE(Currency::FromCode("EU"));
  EXPECT_FALSE(Currency::FromCode("E1R"));
}

TEST(Money, TheMinorUnitIsThatOfTheCurrency) {
  const auto with_digits = [](const char* code) {
    const Currency currency = *Currency::FromCode(code);
    return Money(*ParseMinorUnits("-1234.5", currency.minor_digits()), currency);
  };
  EXPECT_EQ(FormatMoney(with_digits("KWD")), "-1,234.500 KWD");
  EXPECT_EQ(FormatMoney(with_digits("usd")), "-1,234.50 USD");
  EXPECT_EQ(FormatMoney(with_digits("ISK")), "-1,235 ISK") << "half goes away from zero";
  EXPECT_EQ(with_digits("KWD").ToMajorUnits(), -1234.5);
  EXPECT_EQ(with_digits("ISK").ToMajorUnits(), -1235);
}

TEST(Money, AddsMinorUnitsOfOneCurrency) {
  const Money one(29, Currency::Usd());
  EXPECT_EQ(one + Money(-30, Currency::Usd()), Money(-1, Currency::Usd()));
  EXPECT_EQ((one + one).currency(), Currency::Usd());
  EXPECT_NE(one, Money(29, *Currency::FromCode("EUR")));
}

TEST(MoneyDeathTest, AddingTwoCurrenciesIsABug) {
  EXPECT_DEATH(static_cast<void>(Money(1, Currency::Usd()) + Money(1, *Currency::FromCode("EUR"))),
               "");
}

TEST(Money, ConvertsRoundingHalfAwayFromZero) {
  EXPECT_EQ(ConvertRounded(100, 1.004), 100);
  EXPECT_EQ(ConvertRounded(5, 0.5), 3);
  EXPECT_EQ(ConvertRounded(-5, 0.5), -3);
  for (const std::int64_t units : {std::int64_t{0}, std::int64_t{-7}, std::int64_t{123'456'789}}) {
    EXPECT_EQ(ConvertRounded(units, 1), units);
    EXPECT_EQ(ConvertRounded(-units, 1.17), -ConvertRounded(units, 1.17));
  }
}

TEST(FiscalCalendar, EveryDayIsInItsOwnQuarter) {
  for (const auto& calendar :
       {FiscalCalendar::Monthly(1), FiscalCalendar::Monthly(2), FiscalCalendar::Monthly(10),
        FiscalCalendar::FourFourFive(1, std::chrono::Saturday),
        FiscalCalendar::FourFourFive(12, std::chrono::Sunday)}) {
    EXPECT_EQ(FiscalCalendar::FromDescription(calendar.Describe()), calendar);
    Quarter previous = calendar.QuarterOf(MakeDate(2015, 12, 31));
    for (Date date = MakeDate(2016, 1, 1); date < MakeDate(2029, 1, 1);
         date += std::chrono::days(1)) {
      const Quarter quarter = calendar.QuarterOf(date);
      const Period period = calendar.PeriodOf(quarter);
      ASSERT_TRUE(period.Contains(date)) << FormatDate(date);
      ASSERT_TRUE(quarter == previous || quarter == Next(previous)) << FormatDate(date);
      ASSERT_GE(calendar.WeekOfQuarter(date), 1);
      ASSERT_LE(calendar.WeekOfQuarter(date), 14);
      previous = quarter;
    }
  }
}

TEST(FiscalCalendar, KnownQuarters) {
  EXPECT_EQ(FiscalCalendar::Monthly(2).QuarterOf(MakeDate(2026, 1, 31)), (Quarter{2026, 4}));
  EXPECT_EQ(FiscalCalendar::Monthly(2).QuarterOf(MakeDate(2026, 2, 1)), (Quarter{2027, 1}));
  EXPECT_EQ(FiscalCalendar::Monthly(1).PeriodOf({2026, 4}),
            (Period{MakeDate(2026, 10, 1), MakeDate(2027, 1, 1)}));
  EXPECT_EQ(ParseQuarter("2026-q4"), (Quarter{2026, 4}));
  EXPECT_FALSE(ParseQuarter("2026Q5"));
  // The year that ends on the last Saturday of January 2023 has 52 weeks, 2024's has 52, 2029's 53:
  // checked by length, every 4-4-5 quarter has 13 or 14 weeks.
  const auto calendar = FiscalCalendar::FourFourFive(1, std::chrono::Saturday);
  int long_quarters = 0;
  for (int year = 2000; year < 2040; ++year) {
    for (int number = 1; number <= 4; ++number) {
      const Period period = calendar.PeriodOf({year, number});
      const auto days = (period.end - period.begin).count();
      ASSERT_TRUE(days == 91 || (days == 98 && number == 4)) << year << number;
      long_quarters += days == 98 ? 1 : 0;
    }
  }
  EXPECT_EQ(long_quarters, 7);  // 40 years are 14,610 days = 40 x 364 + 50 -> 7 extra weeks
}

TEST(Quarter, StepsForwardAndBackAndKeepsItsText) {
  Quarter quarter{2024, 1};
  for (int step = 0; step < 12; ++step) {
    EXPECT_EQ(ParseQuarter(FormatQuarter(quarter)), quarter);
    EXPECT_EQ(Previous(Next(quarter)), quarter);
    EXPECT_EQ(Next(Previous(quarter)), quarter);
    EXPECT_LT(quarter, Next(quarter));
    quarter = Next(quarter);
  }
  EXPECT_EQ(quarter, (Quarter{2027, 1}));
  EXPECT_EQ(ParseQuarter("2026 Q4"), (Quarter{2026, 4}));
  for (const char* text : {"2026", "2026Q", "2026Q0", "2026X4", "2026/Q4", "1899Q4", "2200Q1",
                           "20x6Q4", "-026Q4", "2026--Q4"}) {
    EXPECT_FALSE(ParseQuarter(text)) << text;
  }
}

TEST(FiscalCalendar, AQuarterEndsWhereTheNextBegins) {
  for (const auto& calendar :
       {FiscalCalendar::Monthly(4), FiscalCalendar::FourFourFive(6, std::chrono::Friday)}) {
    for (Quarter quarter{2020, 1}; quarter < Quarter{2030, 1}; quarter = Next(quarter)) {
      const Period period = calendar.PeriodOf(quarter);
      EXPECT_EQ(period.end, calendar.PeriodOf(Next(quarter)).begin);
      EXPECT_EQ(calendar.QuarterEnd(period.begin), period.end);
      EXPECT_EQ(calendar.WeekOfQuarter(period.begin), 1);
      EXPECT_EQ(calendar.WeekOfQuarter(period.begin + std::chrono::days(7)), 2);
      EXPECT_FALSE(period.Contains(period.end));
    }
  }
}

TEST(FiscalCalendar, RefusesDescriptionsThatAreNone) {
  for (const char* text : {"", "weekly:1", "monthly:", "monthly:0", "monthly:13", "monthly:1x",
                           "445:1", "445:0:6", "445:13:6", "445:1:7", "445:1:", "445::6"}) {
    EXPECT_FALSE(FiscalCalendar::FromDescription(text)) << text;
  }
}

TEST(Identifier, IsComparedAndHashedByItsText) {
  const std::unordered_set<DealId> deals = {DealId("a"), DealId("b"), DealId("a")};
  EXPECT_EQ(deals.size(), 2U);
  EXPECT_TRUE(deals.contains(DealId(std::string("b"))));
  EXPECT_LT(DealId("a"), DealId("b"));
  EXPECT_TRUE(DealId().empty());
  EXPECT_FALSE(DealId("a").empty());
}

TEST(Probability, IsAChanceAndItsComplementTheRest) {
  for (const double p : {0.0, 0.25, 1.0}) {
    EXPECT_EQ(Probability(p).value() + Probability(p).complement().value(), 1);
  }
  EXPECT_LT(Probability(0.2), Probability(0.3));
  EXPECT_LT(LogOdds(-1), LogOdds(2));
}

TEST(ProbabilityDeathTest, OutsideZeroToOneIsABug) {
  for (const double p : {-1e-9, 1 + 1e-9, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_DEATH(static_cast<void>(Probability(p)), "");
  }
}

TEST(Probability, LogisticInvertsLogit) {
  for (const double p : {1e-9, 0.2, 0.5, 0.999}) {
    EXPECT_NEAR(Logistic(Logit(p)), p, 1e-15);
  }
  EXPECT_EQ(Logistic(-1000), 0);
  EXPECT_EQ(Logistic(1000), 1);
}

}  // namespace
}  // namespace ri::domain
