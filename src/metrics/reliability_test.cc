#include "metrics/reliability.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "base/random.h"
#include "domain/probability.h"

namespace ri::metrics {
namespace {

struct Simulated {
  std::vector<double> forecasts;
  std::vector<double> outcomes;
};

// Forecasts with a logit-normal law; outcomes drawn from them.
Simulated Calibrated(std::size_t n, std::uint64_t seed) {
  base::RandomStream stream(seed, "calibrated");
  Simulated data;
  for (std::size_t i = 0; i < n; ++i) {
    data.forecasts.push_back(domain::Logistic(-.6 + 1.2 * stream.Normal()));
    data.outcomes.push_back(stream.Bernoulli(data.forecasts.back()) ? 1 : 0);
  }
  return data;
}

TEST(DecomposeBrier, PartsAddUpAndAreNotNegative) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Simulated data = Calibrated(200, seed);
    base::RandomStream stream(seed, "weights");
    std::vector<double> weights;
    for (std::size_t i = 0; i < data.forecasts.size(); ++i) {
      weights.push_back(stream.Exponential());
      data.forecasts[i] = std::round(20 * data.forecasts[i]) / 20;  // ties
    }
    const BrierDecomposition d = DecomposeBrier(data.forecasts, data.outcomes, weights);
    EXPECT_NEAR(d.brier, d.miscalibration - d.discrimination + d.uncertainty, 1e-15);
    EXPECT_GE(d.miscalibration, -1e-15);
    EXPECT_GE(d.discrimination, -1e-15);
    double weight = 0;
    double total = 0;
    for (std::size_t k = 0; k < d.curve.size(); ++k) {
      weight += d.curve[k].weight;
      EXPECT_LE(d.curve[k].lowest_forecast, d.curve[k].highest_forecast);
      if (k > 0) {
        EXPECT_LT(d.curve[k - 1].highest_forecast, d.curve[k].lowest_forecast);
        EXPECT_LT(d.curve[k - 1].observed, d.curve[k].observed);
      }
    }
    for (const double w : weights) {
      total += w;
    }
    EXPECT_NEAR(weight, total, 1e-9);
  }
}

// Worked by hand: levels .5 (twice), 1.
TEST(DecomposeBrier, SmallExample) {
  const BrierDecomposition d =
      DecomposeBrier(std::vector<double>{.2, .4, .9}, std::vector<double>{1, 0, 1});
  EXPECT_NEAR(d.brier, (.64 + .16 + .01) / 3, 1e-15);
  EXPECT_NEAR(d.uncertainty, 2.0 / 9, 1e-15);
  EXPECT_NEAR(d.miscalibration, d.brier - .5 / 3, 1e-15);
  EXPECT_NEAR(d.discrimination, 2.0 / 9 - .5 / 3, 1e-15);
}

TEST(DecomposeBrier, ConstantForecastOfTheBaseRateIsOnlyUncertainty) {
  const BrierDecomposition d =
      DecomposeBrier(std::vector<double>(4, .25), std::vector<double>{0, 1, 0, 0});
  EXPECT_NEAR(d.miscalibration, 0, 1e-15);
  EXPECT_NEAR(d.discrimination, 0, 1e-15);
}

// Of 10 calibrated samples x about 20 points, about 10 % lie outside a 90 % band. The bound of 25 %
// leaves over 4 standard errors for points that move together; false-alarm rate below 1e-3.
TEST(CalibrationConsistencyBand, HoldsTheCurveOfCalibratedForecasts) {
  int outside = 0;
  int points = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Simulated data = Calibrated(400, seed);
    const ConsistencyBand band =
        CalibrationConsistencyBand(data.forecasts, {}, 20, {.draws = 200, .seed = seed});
    const BrierDecomposition d = DecomposeBrier(data.forecasts, data.outcomes);
    for (std::size_t p = 0; p < band.forecast.size(); ++p) {
      EXPECT_LE(band.low[p], band.high[p]);
      for (const ReliabilityStep& step : d.curve) {
        if (band.forecast[p] >= step.lowest_forecast && band.forecast[p] <= step.highest_forecast) {
          ++points;
          outside += step.observed < band.low[p] - 1e-12 || step.observed > band.high[p] + 1e-12;
        }
      }
    }
  }
  ASSERT_GT(points, 150);
  EXPECT_LT(outside, points / 4);
}

TEST(CalibrationConsistencyBand, IsWiderForClustersAndTheSameAtAnyThreadCount) {
  const Simulated data = Calibrated(300, 3);
  std::vector<std::uint32_t> clusters;
  for (std::uint32_t i = 0; i < 300; ++i) {
    clusters.push_back(i / 10);
  }
  const auto one = CalibrationConsistencyBand(data.forecasts, clusters, 15, {.draws = 100});
  const auto two =
      CalibrationConsistencyBand(data.forecasts, clusters, 15, {.draws = 100, .num_threads = 2});
  EXPECT_EQ(one.low, two.low);
  EXPECT_EQ(one.high, two.high);
  const auto free = CalibrationConsistencyBand(data.forecasts, {}, 15, {.draws = 100});
  double width = 0;
  double free_width = 0;
  for (std::size_t p = 0; p < one.low.size(); ++p) {
    width += one.high[p] - one.low[p];
    free_width += free.high[p] - free.low[p];
  }
  EXPECT_GT(width, free_width);
}

// E|mean of n_b residuals| is sqrt(2/pi) times its deviation, up to a normal approximation that is
// good to 3 % at 100 rows per bin; 200 draws x 10 bins leave 1.7 % noise (one standard error).
TEST(CalibrationErrorFloor, EqualsTheNormalApproximation) {
  const std::vector<double> forecasts = Calibrated(1000, 5).forecasts;
  double expected = 0;
  for (const double p : forecasts) {
    expected += std::sqrt(2 / std::numbers::pi * p * (1 - p) / 100) / 1000;
  }
  const double floor = CalibrationErrorFloor(forecasts, {}, 10, {.draws = 200});
  EXPECT_NEAR(floor / expected, 1, .10);
}

TEST(ExpectedCalibrationError, FindsAKnownShift) {
  const std::vector<double> forecasts(100, .4);
  std::vector<double> truth(100, .5);
  EXPECT_NEAR(ExpectedCalibrationError(forecasts, truth), .1, 1e-12);
}

// Mean over 300 calibrated samples of 500 rows: the deviation of one is about .0015, of the mean
// about 9e-5; the bound is 4 of them. The biased square would be about .0042.
TEST(DebiasedSquaredCalibrationError, IsZeroOnAverageForCalibratedForecasts) {
  double mean = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Simulated data = Calibrated(500, seed);
    mean += DebiasedSquaredCalibrationError(data.forecasts, data.outcomes) / 300;
  }
  EXPECT_NEAR(mean, 0, 4e-4);
}

TEST(DebiasedSquaredCalibrationError, RepeatedRowsDoNotLookMiscalibrated) {
  double plain = 0;
  double clustered = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Simulated data = Calibrated(100, seed);
    std::vector<double> p, y;
    std::vector<std::uint32_t> clusters;
    for (std::uint32_t i = 0; i < 100; ++i) {
      for (int snapshot = 0; snapshot < 10; ++snapshot) {
        p.push_back(data.forecasts[i]);
        y.push_back(data.outcomes[i]);
        clusters.push_back(i);
      }
    }
    plain += DebiasedSquaredCalibrationError(p, y) / 100;
    clustered += DebiasedSquaredCalibrationError(p, y, clusters) / 100;
  }
  EXPECT_GT(plain, .012);  // reads repeated noise as miscalibration
  EXPECT_NEAR(clustered, 0, .005);
}

// A weight of three says the same as three equal rows of one deal.
TEST(CalibrationErrors, WeightsAreRepeatedRows) {
  base::RandomStream random(3, "weights as rows");
  std::vector<double> p, y, w, many_p, many_y;
  std::vector<std::uint32_t> id, many_id;
  for (std::uint32_t i = 0; i < 400; ++i) {
    p.push_back(random.Uniform());
    y.push_back(random.Bernoulli(p.back() * p.back()) ? 1 : 0);
    w.push_back(1 + static_cast<double>(random.Below(3)));
    id.push_back(i);
    for (int copy = 0; copy < static_cast<int>(w.back()); ++copy) {
      many_p.push_back(p.back());
      many_y.push_back(y.back());
      many_id.push_back(i);
    }
  }
  // Bins differ by the rows on their borders, hence one bin, where they cannot.
  EXPECT_NEAR(ExpectedCalibrationError(p, y, 1, w), ExpectedCalibrationError(many_p, many_y, 1),
              1e-12);
  EXPECT_NEAR(DebiasedSquaredCalibrationError(p, y, id, 1, w),
              DebiasedSquaredCalibrationError(many_p, many_y, many_id, 1), 1e-12);
  const ResamplingOptions few{.draws = 50};
  EXPECT_NEAR(NoiseOfCalibrationError(p, id, id, w, 1, few).debiased_limit,
              NoiseOfCalibrationError(many_p, many_id, many_id, {}, 1, few).debiased_limit, 1e-12);
}

// Quick deals are seen more often than slow ones; weighted by the inverse of that chance, honest
// forecasts look honest. Without the weights they do not. One run, 4 standard errors.
TEST(CalibrationErrors, WeightsUndoASelectionByOutcome) {
  base::RandomStream random(4, "selection by outcome");
  std::vector<double> p, y, w;
  for (int i = 0; i < 20'000; ++i) {
    const double chance = random.Uniform();
    const bool event = random.Bernoulli(chance);
    const double seen = event ? .9 : .5;
    if (random.Bernoulli(seen)) {
      p.push_back(chance);
      y.push_back(event ? 1 : 0);
      w.push_back(1 / seen);
    }
  }
  EXPECT_LT(std::sqrt(std::max(0.0, DebiasedSquaredCalibrationError(p, y, {}, 10, w))), .02);
  EXPECT_GT(std::sqrt(DebiasedSquaredCalibrationError(p, y)), .08);
}

// Of 200 calibrated samples about ten may lie above the limit; more than 22 has a chance below
// 1e-3.
TEST(NoiseOfCalibrationError, FewCalibratedSamplesExceedTheLimit) {
  int above = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    base::RandomStream random(seed, "noise limit");
    std::vector<double> p, y;
    std::vector<std::uint32_t> deal;
    for (std::uint32_t d = 0; d < 150; ++d) {
      const double u = random.Uniform();
      for (int k = 0; k < 3; ++k) {
        p.push_back(.1 + .8 * random.Uniform());
        y.push_back(u < p.back() ? 1 : 0);
        deal.push_back(d);
      }
    }
    const double limit =
        NoiseOfCalibrationError(p, deal, deal, {}, 10, {.draws = 100}).debiased_limit;
    above += std::sqrt(std::max(0.0, DebiasedSquaredCalibrationError(p, y, deal))) > limit ? 1 : 0;
  }
  EXPECT_LE(above, 22);
}

TEST(DebiasedSquaredCalibrationError, MeasuresAKnownShift) {
  std::vector<double> p(2000, .3);
  std::vector<double> y(2000, 0);
  for (std::size_t i = 0; i < 1000; ++i) {
    y[2 * i] = 1;
  }
  EXPECT_NEAR(DebiasedSquaredCalibrationError(p, y), .04 - .25 / 1999, 1e-12);
}

}  // namespace
}  // namespace ri::metrics
