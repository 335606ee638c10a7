#include <gtest/gtest.h>

#include "domain/date.h"
#include "domain/fiscal_calendar.h"
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

TEST(Probability, LogisticInvertsLogit) {
  for (const double p : {1e-9, 0.2, 0.5, 0.999}) {
    EXPECT_NEAR(Logistic(Logit(p)), p, 1e-15);
  }
  EXPECT_EQ(Logistic(-1000), 0);
  EXPECT_EQ(Logistic(1000), 1);
}

}  // namespace
}  // namespace ri::domain
