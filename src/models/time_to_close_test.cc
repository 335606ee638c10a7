#include "models/time_to_close.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"

namespace ri::models {
namespace {

using domain::FiscalCalendar;
using domain::MakeDate;
using End = TimingRecord::End;

const FiscalCalendar kCalendar = FiscalCalendar::Monthly();

bool AtQuarterEnd(domain::Date day) { return (kCalendar.QuarterEnd(day) - day).count() <= 7; }

// Rates that do not depend on age, as a stored document.
TimeToClose Constant(double won, double lost, double won_factor, double lost_factor) {
  std::string won_rates, lost_rates;
  for (int bin = 0; bin < 30; ++bin) {
    won_rates += (bin == 0 ? "" : ",") + std::to_string(won);
    lost_rates += (bin == 0 ? "" : ",") + std::to_string(lost);
  }
  const auto timing = TimeToClose::FromJson(
      R"({"calendar":"monthly:1","won_rates":[)" + won_rates + R"(],"won_quarter_end_factor":)" +
      std::to_string(won_factor) + R"(,"lost_rates":[)" + lost_rates +
      R"(],"lost_quarter_end_factor":)" + std::to_string(lost_factor) + "}");
  EXPECT_TRUE(timing) << timing.error().message();
  return *timing;
}

// Deals that follow the chances of `Constant`, entered at `entry` and watched until `last_day`.
std::vector<TimingRecord> Simulate(int n, double won, double lost, double won_factor, int entry,
                                   std::uint64_t seed) {
  std::vector<TimingRecord> records;
  for (int i = 0; i < n; ++i) {
    base::RandomStream stream(seed, "timing", static_cast<std::uint64_t>(i));
    TimingRecord record{MakeDate(2024, 1, 1) + std::chrono::days(stream.Below(600)), entry, 0,
                        End::kOpen};
    const int watched = 30 + static_cast<int>(stream.Below(300));
    for (record.exit_age = 0; record.exit_age < watched; ++record.exit_age) {
      const double u = stream.Uniform();
      const double win =
          won * (AtQuarterEnd(record.opened + std::chrono::days(record.exit_age)) ? won_factor : 1);
      if (u < win + lost) {
        record.end = u < win ? End::kWon : End::kLost;
        break;
      }
    }
    if (record.exit_age >= entry) {
      records.push_back(record);  // others closed before anybody looked
    }
  }
  return records;
}

// With constant chances the time to an ending is geometric, whatever the ending.
TEST(TimeToClose, IsGeometricForConstantChances) {
  const CloseCurve curve = Constant(.01, .02, 1, 1).CurveFrom({MakeDate(2025, 2, 3), 17});
  const double all = 1 - std::pow(.97, TimeToClose::kHorizonDays);
  for (const int days : {1, 7, 30, 91, 365, 700}) {
    const double expected = (1 - std::pow(.97, days)) / all;
    EXPECT_NEAR(curve.WonWithin(days), expected, 1e-12);
    EXPECT_NEAR(curve.LostWithin(days), expected, 1e-12);
  }
}

TEST(TimeToClose, QuarterEndsPullByTheirFactor) {
  const domain::Date as_of = MakeDate(2025, 3, 3);
  const CloseCurve curve = Constant(.01, .01, 4, 1).CurveFrom({as_of, 0});
  const auto on_day = [&](domain::Date day) {
    const int k = static_cast<int>((day - as_of).count());
    return curve.WonWithin(k + 1) - curve.WonWithin(k);
  };
  // 25 March is the first of the last seven days; each day survives with 0.98 before it.
  EXPECT_NEAR(on_day(MakeDate(2025, 3, 25)) / on_day(MakeDate(2025, 3, 24)), 4 * .98, 1e-6);
  EXPECT_NEAR(on_day(MakeDate(2025, 4, 1)) / on_day(MakeDate(2025, 3, 31)), .95 / 4, 1e-6);
}

// 6,000 deals, about 2,400 wins: the factor's standard error is about 4 %, a cumulative share's
// about 1 point; bounds are above 4 of them. Delayed entry loses the early closings, censoring the
// late ones; neither may bias.
TEST(TimeToClose, RecoversTheLawUnderDelayedEntryAndCensoring) {
  for (const int entry : {0, 21}) {
    const auto timing = TimeToClose::Fit(Simulate(6000, .006, .006, 4, entry, 3), kCalendar);
    ASSERT_TRUE(timing);
    EXPECT_NEAR(timing->quarter_end_factor_won(), 4, .7);
    EXPECT_NEAR(timing->quarter_end_factor_lost(), 1, .2);
    const TimeToClose truth = Constant(.006, .006, 4, 1);
    for (const int age : {21, 60}) {
      const DealMoment moment{MakeDate(2025, 2, 3), age};
      const CloseCurve fitted = timing->CurveFrom(moment);
      const CloseCurve expected = truth.CurveFrom(moment);
      for (const int days : {7, 28, 56, 91, 182}) {
        EXPECT_NEAR(fitted.WonWithin(days), expected.WonWithin(days), .05) << days;
        EXPECT_NEAR(fitted.LostWithin(days), expected.LostWithin(days), .05) << days;
      }
    }
  }
}

// Without quarter ends among the days at risk and with many events in one bin, the bin's rate is
// events over days at risk, up to the stated prior.
TEST(TimeToClose, RatesAreEventsOverExposure) {
  std::vector<TimingRecord> records;
  for (int i = 0; i < 9000; ++i) {
    records.push_back({MakeDate(2025, 1, 6), 0, 3, i % 3 == 0 ? End::kWon : End::kOpen});
  }
  const auto timing = TimeToClose::Fit(records, kCalendar);
  ASSERT_TRUE(timing);
  // Wins happen on age day 3: 3,000 wins; days at risk: 3,000 x 4 + 6,000 x 3.
  const CloseCurve curve = timing->CurveFrom({MakeDate(2025, 1, 6), 0});
  const double first = curve.WonWithin(1);
  const double second = curve.WonWithin(2) - first;
  const double rate = 3000.0 / 30000;
  EXPECT_NEAR(second / first, 1 - rate, 1e-3);
}

TEST(TimeToClose, OldDealsUseTheLastBin) {
  const auto timing = TimeToClose::Fit(Simulate(500, .006, .006, 2, 0, 5), kCalendar);
  ASSERT_TRUE(timing);
  const CloseCurve old = timing->CurveFrom({MakeDate(2025, 2, 3), 5000});
  const CloseCurve older = timing->CurveFrom({MakeDate(2025, 2, 3), 9000});
  EXPECT_EQ(old.WonWithin(50), older.WonWithin(50));
  const CloseCurve negative = timing->CurveFrom({MakeDate(2025, 2, 3), -5});
  EXPECT_EQ(negative.WonWithin(50), timing->CurveFrom({MakeDate(2025, 2, 3), 0}).WonWithin(50));
}

TEST(TimeToClose, NeverFailsOnThinData) {
  const std::vector<TimingRecord> one = {{MakeDate(2025, 1, 6), 0, 40, End::kLost}};
  const auto timing = TimeToClose::Fit(one, kCalendar);
  ASSERT_TRUE(timing);
  const CloseCurve curve = timing->CurveFrom({MakeDate(2025, 3, 3), 10});
  EXPECT_EQ(curve.WonWithin(TimeToClose::kHorizonDays), 1);
  EXPECT_EQ(TimeToClose::Fit({}, kCalendar).error().code(), ErrorCode::kRefused);
  const std::vector<TimingRecord> none = {{MakeDate(2025, 1, 6), 0, 40, End::kOpen},
                                          {MakeDate(2025, 1, 6), 30, 20, End::kWon}};
  EXPECT_EQ(TimeToClose::Fit(none, kCalendar).error().code(), ErrorCode::kRefused);
}

TEST(TimeToClose, EverybodyOnTheFirstDayStaysAChance) {
  const std::vector<TimingRecord> records(5000, {MakeDate(2025, 3, 28), 0, 0, End::kWon});
  const auto timing = TimeToClose::Fit(records, kCalendar);
  ASSERT_TRUE(timing);
  const CloseCurve curve = timing->CurveFrom({MakeDate(2025, 3, 28), 0});
  EXPECT_GT(curve.WonWithin(1), .5);
  EXPECT_LE(curve.WonWithin(1), 1);
}

TEST(TimeToClose, SurvivesItsJson) {
  const auto timing = TimeToClose::Fit(Simulate(300, .01, .02, 3, 0, 6), kCalendar);
  ASSERT_TRUE(timing);
  const auto read = TimeToClose::FromJson(timing->ToJson());
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, *timing);
  EXPECT_EQ(read->ToJson(), timing->ToJson());
  EXPECT_FALSE(TimeToClose::FromJson("{}"));
  std::string text = timing->ToJson();
  text.replace(text.find("monthly:1"), 9, "lunar");
  EXPECT_EQ(TimeToClose::FromJson(text).error().code(), ErrorCode::kBadInput);
}

}  // namespace
}  // namespace ri::models
