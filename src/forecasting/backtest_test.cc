#include "forecasting/backtest.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "forecasting/baselines.h"

namespace ri::forecasting {
namespace {

Distribution Normal(double mean, double deviation) {
  const double cell = deviation / 100;
  std::vector<double> masses;
  for (int k = -700; k <= 700; ++k) {
    masses.push_back(base::NormalDistribution((k + .5) / 100) -
                     base::NormalDistribution((k - .5) / 100));
  }
  return *Distribution::FromMasses(mean - 7 * deviation, cell, masses);
}

TEST(Backtest, OneForecastIsScored) {
  const ForecastScore score = ScoreForecast(Normal(100, 10), 110);
  EXPECT_NEAR(score.crps, 6.024414, 1e-3) << "ten times the standard normal's at 1";
  EXPECT_NEAR(score.pit, base::NormalDistribution(1), 2e-3);
  EXPECT_EQ(score.covered[0], 0);
  EXPECT_EQ(score.covered[1], 1);
  EXPECT_NEAR(score.pinball[1], 5, .06);
  EXPECT_NEAR(score.pinball[0], .1 * (10 + 12.8155), .02);
}

TEST(Backtest, CalibratedForecastsCoverAndOverconfidentOnesDoNot) {
  std::vector<ScoredForecast> forecasts;
  base::RandomStream stream(4, "backtest-test");
  const int num_quarters = 400;
  for (int quarter = 0; quarter < num_quarters; ++quarter) {
    const double outcome = 100 + 10 * stream.Normal();
    for (const int week : {1, 6}) {
      forecasts.push_back(
          {"model", "total", quarter, week, ScoreForecast(Normal(100, 10), outcome)});
      forecasts.push_back(
          {"narrow", "total", quarter, week, ScoreForecast(Normal(105, 4), outcome)});
    }
  }
  const auto lines = SummariseBacktest(forecasts);
  ASSERT_EQ(lines.size(), 6U);
  const BacktestLine& model = lines.at({"model", 0});
  EXPECT_EQ(model.num_forecasts, 800U);
  EXPECT_EQ(model.num_quarters, 400U);
  // Standard errors over 400 quarters, four of them: a false alarm once in 15,800 seeds.
  EXPECT_NEAR(model.coverage[1], .8, 4 * .02);
  EXPECT_NEAR(model.coverage_error[1], .02, .003);
  EXPECT_LT(std::fabs(model.pit_z), 4);
  EXPECT_NEAR(model.bias, 0, 4 * .1 / 20);
  EXPECT_NEAR(model.mase, 1 / std::sqrt(2), .1) << "the naive forecast has twice the variance";
  const BacktestLine& narrow = lines.at({"narrow", 6});
  EXPECT_LT(narrow.coverage[1], .5);
  EXPECT_LT(narrow.pit_z, -4) << "it promised too much";
  EXPECT_GT(narrow.bias, .03);
  EXPECT_LT(CrpsSkill(forecasts, "narrow", "model", 6), 0);
  EXPECT_GT(CrpsSkill(forecasts, "model", "narrow", 0), .1);
  EXPECT_EQ(CrpsSkill(forecasts, "model", "nobody", 0), 0);
}

TEST(Backtest, WapeBiasAndMaseByHand) {
  std::vector<ScoredForecast> forecasts;
  const double outcomes[] = {100, 100, 100, 100, 120};
  for (int quarter = 0; quarter < 5; ++quarter) {
    forecasts.push_back(
        {"m", "n", quarter, 1, ScoreForecast(Distribution::Point(110), outcomes[quarter])});
  }
  const BacktestLine line = SummariseBacktest(forecasts).at({"m", 1});
  EXPECT_NEAR(line.wape, 50.0 / 520, 1e-12);
  EXPECT_NEAR(line.bias, 30.0 / 520, 1e-12);
  EXPECT_NEAR(line.mase, 10.0 / 20, 1e-12) << "only the fifth quarter has a year before it";
  EXPECT_NEAR(line.crps, 10, 1e-12);
}

TEST(WidthRepair, WidensWhatWasTooNarrowAndSaysWhenHistoryIsShort) {
  EXPECT_EQ(FitWidth({}).lambda, 1);
  EXPECT_NEAR(FitWidth({}).log_deviation, .25, 1e-12);
  EXPECT_TRUE(FitWidth({}).model_based());
  std::vector<double> right;
  std::vector<double> narrow;
  std::vector<double> wide;
  for (int k = 0; k < 40; ++k) {
    const double z = base::NormalQuantile((k + .5) / 40);
    right.push_back(base::NormalDistribution(z));
    narrow.push_back(base::NormalDistribution(1.8 * z));
    wide.push_back(base::NormalDistribution(.5 * z));
  }
  EXPECT_NEAR(FitWidth(right).lambda, 1, .03);
  EXPECT_NEAR(FitWidth(narrow).lambda, 1.6, .15);
  EXPECT_NEAR(FitWidth(wide).lambda, .58, .1);
  EXPECT_FALSE(FitWidth(narrow).model_based());
  // A flat posterior is centred where its derivative vanishes: n = s/l^2 - ln l / .0625.
  const double l = FitWidth(narrow).lambda;
  double squares = 0;
  for (const double pit : narrow) {
    const double z = base::NormalQuantile(std::clamp(pit, .001, .999));
    squares += z * z;
  }
  EXPECT_NEAR(squares / (l * l) - std::log(l) / .0625, 40, 1e-9);
}

TEST(Baselines, PointsByHand) {
  const WeightedDeal open[] = {{100, .5}, {200, .1}};
  EXPECT_NEAR(WeightedPipeline(30, open), 100, 1e-12);
  const std::vector<double> totals{80, 100, 120, 100, 90, 110, 130, 110};
  EXPECT_NEAR(PaceForecast(30, std::vector<double>{.25, .35}, totals), 100, 1e-12);
  EXPECT_NEAR(PaceForecast(0, {}, totals), 105, 1e-12);
  EXPECT_NEAR(LastYearForecast(totals), 90 * 440.0 / 400, 1e-12);
  EXPECT_NEAR(LastYearForecast(std::span(totals).first(5)), 100, 1e-12);
  EXPECT_NEAR(LastYearForecast(std::span(totals).first(2)), 90, 1e-12);
  EXPECT_EQ(LastYearForecast({}), 0);
  EXPECT_NEAR(RunRateForecast(30, .3, totals), 100, 1e-12);
  EXPECT_NEAR(RunRateForecast(0, 0, totals), 105, 1e-12);
  EXPECT_NEAR(CoverageForecast(10, 300, .2), 70, 1e-12);
}

TEST(Baselines, SpreadIsThatOfPastErrors) {
  const std::vector<double> points{100, 100, 100, 100};
  const std::vector<double> outcomes{80, 90, 110, 120};
  const Distribution law = WithEmpiricalSpread(200, points, outcomes);
  EXPECT_NEAR(law.mean(), 200, 1e-9);
  EXPECT_NEAR(law.Quantile(0), 160, 1e-9);
  EXPECT_NEAR(law.Quantile(1), 240, 1e-9);
  const Distribution young =
      WithEmpiricalSpread(200, std::span(points).first(1), std::span(outcomes).first(1));
  EXPECT_GT(young.standard_deviation(), 40) << "one past error is no spread";
  EXPECT_EQ(WithEmpiricalSpread(0, {}, {}).standard_deviation(), 0);
}

}  // namespace
}  // namespace ri::forecasting
