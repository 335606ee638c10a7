#include "models/hazard_timing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "domain/probability.h"

namespace ri::models {
namespace {

using domain::MakeDate;

TreeEnsemble Flat(double margin) { return {{}, margin, 2 + kNumPeriodColumns}; }

// Bins that end a quarter get +2, others nothing.
TreeEnsemble QuarterEnds(double margin) {
  const auto column = static_cast<std::int32_t>(2 + static_cast<int>(PeriodColumn::kEndsQuarter));
  return {{{.left = {1, -1, -1},
            .right = {2, -1, -1},
            .feature = {column, 0, 0},
            .threshold = {.5F, 0, 0},
            .default_left = {0, 0, 0},
            .value = {0, 0, 2},
            .cover = {1, 1, 1}}},
          margin,
          2 + kNumPeriodColumns};
}

TEST(HazardTiming, MultipliesSurvivalOverBins) {
  const HazardTiming timing{QuarterEnds(-3), Flat(-2), domain::FiscalCalendar::Monthly(), 300, {}};
  const domain::Date as_of = MakeDate(2025, 2, 3);
  const std::vector<float> row = {1, 2};
  const CloseCurve curve = timing.CurveFrom(row, as_of);
  const auto bins = HorizonBins(as_of, timing.calendar, 300);
  double won = 1;
  double lost = 1;
  for (const HorizonBin& bin : bins) {
    won *= 1 - domain::Logistic(bin.ends_quarter() ? -1 : -3);
    lost *= 1 - domain::Logistic(-2);
  }
  double open_won = 1;
  double open_lost = 1;
  for (const HorizonBin& bin : bins) {
    open_won *= 1 - domain::Logistic(bin.ends_quarter() ? -1 : -3);
    open_lost *= 1 - domain::Logistic(-2);
    EXPECT_NEAR(curve.WonWithin(bin.end), (1 - open_won) / (1 - won), 1e-12);
    EXPECT_NEAR(curve.LostWithin(bin.end), (1 - open_lost) / (1 - lost), 1e-12);
  }
  EXPECT_EQ(curve.horizon_days(), 300);
}

TEST(HazardTiming, ChancePerDayIsConstantWithinABin) {
  const HazardTiming timing{Flat(-1), Flat(-2), domain::FiscalCalendar::Monthly(), 200, {}};
  const CloseCurve curve = timing.CurveFrom(std::vector<float>{0, 0}, MakeDate(2025, 1, 6));
  const double all = 1 - std::pow(1 - domain::Logistic(-1), 20.0);
  EXPECT_GT(all, .99);
  double before = 0;
  std::vector<double> hazards;
  for (int day = 1; day <= 7; ++day) {
    const double now = curve.WonWithin(day);
    hazards.push_back((now - before) / (1 - before));
    before = now;
  }
  for (const double hazard : hazards) {
    EXPECT_NEAR(hazard, hazards[0], 3e-3);  // exact but for the normalisation
  }
}

TEST(HazardTiming, VanishingHazardsPutEverythingAtTheHorizon) {
  const HazardTiming timing{Flat(-800), Flat(-800), domain::FiscalCalendar::Monthly(), 200, {}};
  const CloseCurve curve = timing.CurveFrom(std::vector<float>{0, 0}, MakeDate(2025, 1, 6));
  EXPECT_EQ(curve.WonWithin(199), 0);
  EXPECT_EQ(curve.WonWithin(200), 1);
}

TEST(FillPersonPeriod, KnowsTheCommitment) {
  const std::vector<float> encoded = {30, std::numeric_limits<float>::quiet_NaN()};
  std::vector<float> row(2 + kNumPeriodColumns);
  const HorizonBin bin{28, 35, 12, 9};
  FillPersonPeriod(encoded, bin, 0, row);
  EXPECT_EQ(row[0], 30);
  EXPECT_TRUE(std::isnan(row[1]));
  EXPECT_EQ(row[2], 5);
  EXPECT_EQ(row[3], 7);
  EXPECT_EQ(row[4], 12);
  EXPECT_EQ(row[5], 0);
  EXPECT_EQ(row[6], 9);
  EXPECT_EQ(row[7], 5);
  FillPersonPeriod(encoded, bin, std::nullopt, row);
  EXPECT_TRUE(std::isnan(row[7]));
  FillPersonPeriod(encoded, bin, 1, row);
  EXPECT_TRUE(std::isnan(row[7]));
  EXPECT_EQ(PeriodColumnNames().size(), kNumPeriodColumns);
}

}  // namespace
}  // namespace ri::models
