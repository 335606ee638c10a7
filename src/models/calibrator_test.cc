#include "models/calibrator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "base/random.h"
#include "metrics/scoring_rules.h"

namespace ri::models {
namespace {

using domain::LogOdds;
using domain::Probability;

struct Sample {
  std::vector<double> margins;
  std::vector<double> labels;
  std::vector<std::uint32_t> deals;
  std::vector<std::int64_t> moments;

  [[nodiscard]] CalibrationSample view() const { return {margins, labels, {}, deals, moments}; }
};

double Asymmetric(double m) { return m > 0 ? .5 * m : 1.2 * m - .2; }
double Wiggly(double m) { return m + 1.2 * std::sin(1.5 * m); }

// One deal per row in time order; the true log-odds are shape(margin).
Sample Draw(std::size_t n, const std::function<double(double)>& shape, std::uint64_t seed) {
  base::RandomStream stream(seed, "calibration-sample");
  Sample sample;
  for (std::size_t i = 0; i < n; ++i) {
    sample.margins.push_back(-.5 + 1.3 * stream.Normal());
    sample.labels.push_back(stream.Bernoulli(domain::Logistic(shape(sample.margins.back()))) ? 1
                                                                                             : 0);
    sample.deals.push_back(static_cast<std::uint32_t>(i));
    sample.moments.push_back(static_cast<std::int64_t>(i));
  }
  return sample;
}

// Mean Kullback-Leibler divergence to the truth over the law of the margins, in thousandths.
double ExcessLoss(const Calibrator& calibrator, const std::function<double(double)>& shape) {
  double excess = 0;
  constexpr int kPoints = 400;
  for (int i = 0; i < kPoints; ++i) {
    const double m = -.5 + 1.3 * base::NormalQuantile((i + .5) / kPoints);
    const std::vector<double> truth = {domain::Logistic(shape(m))};
    const std::vector<double> p = {calibrator(LogOdds(m)).value()};
    excess += 1000 * (metrics::LogLoss(p, truth) - metrics::LogLoss(truth, truth)) / kPoints;
  }
  return excess;
}

std::vector<Calibrator> OneOfEach() {
  return {Calibrator(), Calibrator::Intercept(-.4, .01), Calibrator::Beta(.6, 1.4, .3, .002),
          *Calibrator::Spline({-2, -1, 0, 1.5, 3}, .2, -.3, {.5, -1, .8}, .001)};
}

TEST(Calibrator, AShiftIsAddedToItsLogOdds) {
  for (const Calibrator& calibrator : OneOfEach()) {
    const Calibrator shifted = calibrator.Shifted(.3);
    for (const double m : {-1.5, 0.0, .7}) {
      EXPECT_NEAR(shifted.CalibratedLogOdds(LogOdds(m)).value(),
                  calibrator.CalibratedLogOdds(LogOdds(m)).value() + .3, 1e-12)
          << calibrator.Describe();
    }
    EXPECT_EQ(shifted.clip(), calibrator.clip());
  }
}

TEST(Calibrator, RisesAndItsSlopeIsItsDerivative) {
  constexpr double kStep = 1e-5;
  for (const Calibrator& calibrator : OneOfEach()) {
    double last = -1;
    for (double m = -20; m <= 20; m += .01) {
      const double p = calibrator(LogOdds(m)).value();
      EXPECT_GE(p, last) << calibrator.Describe() << " at " << m;
      last = p;
      const double slope = calibrator.Slope(LogOdds(m));
      EXPECT_GE(slope, 0);
      const double up = calibrator.CalibratedLogOdds(LogOdds(m + kStep)).value();
      const double down = calibrator.CalibratedLogOdds(LogOdds(m - kStep)).value();
      if (std::fabs(slope - (up - down) / (2 * kStep)) > 1e-6) {
        // Only where a bound begins to hold.
        EXPECT_NE(calibrator.Slope(LogOdds(m - kStep)) == 0,
                  calibrator.Slope(LogOdds(m + kStep)) == 0);
      }
      EXPECT_NEAR(domain::Logistic(calibrator.CalibratedLogOdds(LogOdds(m)).value()), p, 1e-15);
    }
  }
}

TEST(Calibrator, MapsFollowTheirFormulas) {
  EXPECT_EQ(Calibrator()(LogOdds(30)).value(), domain::Logistic(30));
  EXPECT_DOUBLE_EQ(Calibrator::Intercept(.7)(LogOdds(-1)).value(), domain::Logistic(-.3));
  for (const double m : {-3.0, -.2, 0.0, 2.5}) {
    EXPECT_NEAR(Calibrator::Beta(1, 1, 0)(LogOdds(m)).value(), domain::Logistic(m), 1e-15);
    const double p = domain::Logistic(m);
    EXPECT_NEAR(Calibrator::Beta(.5, 2, -.1).CalibratedLogOdds(LogOdds(m)).value(),
                .5 * std::log(p) - 2 * std::log(1 - p) - .1, 1e-13);
    EXPECT_DOUBLE_EQ(
        Calibrator::Spline({-1, 0, 1}, 0, 0, {0})->CalibratedLogOdds(LogOdds(m)).value(), m);
  }
}

TEST(Calibrator, ClipKeepsItsDistance) {
  const Calibrator calibrator = Calibrator::Beta(1, 1, 0, .02);
  EXPECT_DOUBLE_EQ(calibrator(LogOdds(50)).value(), .98);
  EXPECT_DOUBLE_EQ(calibrator(LogOdds(-50)).value(), .02);
  EXPECT_EQ(calibrator.Slope(LogOdds(8)), 0);
}

TEST(Calibrator, RefusesASplineThatFalls) {
  EXPECT_FALSE(Calibrator::Spline({-1, 0, 1}, 0, -1.01, {0}));
  EXPECT_FALSE(Calibrator::Spline({-1, 0, 1}, 0, 0, {-40}));
  EXPECT_FALSE(Calibrator::Spline({0, 0, 1}, 0, 0, {0}));
  EXPECT_FALSE(Calibrator::Spline({-1, 0, 1}, 0, 0, {0, 0}));
  EXPECT_TRUE(Calibrator::Spline({-1, 0, 1}, 0, -1, {0}));
}

TEST(Calibrator, SurvivesItsJson) {
  for (const Calibrator& calibrator : OneOfEach()) {
    const auto read = Calibrator::FromJson(calibrator.ToJson());
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(*read, calibrator);
    EXPECT_EQ(read->ToJson(), calibrator.ToJson());
  }
  for (const char* text : {"", "{}", R"({"kind":"beta","clip":0,"knots":[],"parameters":[1,-1,0]})",
                           R"({"kind":"beta","clip":0.6,"knots":[],"parameters":[1,1,0]})",
                           R"({"kind":"beta","clip":0,"knots":[],"parameters":[1,1]})",
                           R"({"kind":"beta","clip":0,"knots":[],"parameters":[1,1,null]})",
                           R"({"kind":"spline","clip":0,"knots":[0,1,2],"parameters":[0,-2,0]})",
                           R"({"kind":"magic","clip":0,"knots":[],"parameters":[]})"}) {
    EXPECT_EQ(Calibrator::FromJson(text).error().code(), ErrorCode::kBadInput) << text;
  }
}

TEST(FitCalibrator, ChoosesTheMapByNumberOfDeals) {
  using Kind = Calibrator::Kind;
  EXPECT_EQ(FitCalibrator({})->calibrator.kind(), Kind::kIdentity);
  EXPECT_EQ(FitCalibrator(Draw(49, Asymmetric, 1).view())->calibrator.kind(), Kind::kIntercept);
  EXPECT_EQ(FitCalibrator(Draw(50, Asymmetric, 1).view())->calibrator.kind(), Kind::kBeta);
  const auto below = FitCalibrator(Draw(999, Wiggly, 1).view());
  EXPECT_EQ(below->calibrator.kind(), Kind::kBeta);
  EXPECT_FALSE(below->spline_loss);
  const auto above = FitCalibrator(Draw(6000, Wiggly, 1).view());
  EXPECT_EQ(above->calibrator.kind(), Kind::kSpline);
  EXPECT_LT(*above->spline_loss, *above->beta_loss);
  EXPECT_EQ(above->num_deals, 6000U);
  EXPECT_DOUBLE_EQ(above->calibrator.clip(), 1.0 / 12002);
}

TEST(FitCalibrator, ReachesTheMaximumOfThePosterior) {
  const Sample sample = Draw(300, Asymmetric, 3);
  const auto fitted = FitCalibrator(sample.view());
  ASSERT_TRUE(fitted);
  const auto posterior = [&](double a, double b, double c) {
    const Calibrator map = Calibrator::Beta(a, b, c);
    std::vector<double> p;
    for (const double m : sample.margins) {
      p.push_back(map(LogOdds(m)).value());
    }
    return 300 * metrics::LogLoss(p, sample.labels) +
           ((a - 1) * (a - 1) + (b - 1) * (b - 1)) / (2 * .09) + c * c / (2 * .25);
  };
  // Recover a, b, c from the map: values at 0 and far out.
  const auto at = [&](double m) {
    return fitted->calibrator.kind() == Calibrator::Kind::kBeta
               ? fitted->calibrator.Slope(LogOdds(m))
               : -1;
  };
  const double slope_low = at(-1.0);
  const double slope_high = at(1.0);
  const double p1 = domain::Logistic(1);
  // slope(m) = a (1 - p) + b p at m = -1 and m = 1.
  const double determinant = p1 * p1 - (1 - p1) * (1 - p1);
  const double a = (p1 * slope_low - (1 - p1) * slope_high) / determinant;
  const double b = (p1 * slope_high - (1 - p1) * slope_low) / determinant;
  const double c = fitted->calibrator.CalibratedLogOdds(LogOdds(0)).value() - (b - a) * std::log(2);
  const double best = posterior(a, b, c);
  constexpr double kMove = 1e-3;
  for (const double move : {-kMove, kMove}) {
    EXPECT_GT(posterior(a + move, b, c), best);
    EXPECT_GT(posterior(a, b + move, c), best);
    EXPECT_GT(posterior(a, b, c + move), best);
  }
}

// Mean excess over 20 samples, in thousandths of a nat. Around 3.5 is expected at 100 deals for a
// calibrated score and 1.5 at 1,000; bounds are well above those and well below isotonic
// regression (42 and 11).
TEST(FitCalibrator, CostsLittleWhereNothingIsWrongAndHelpsWhereSomethingIs) {
  const auto identity = [](double m) { return m; };
  double harm = 0;
  double before = 0;
  double after = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    harm += ExcessLoss(FitCalibrator(Draw(100, identity, seed).view())->calibrator, identity) / 20;
    before += ExcessLoss(Calibrator(), Asymmetric) / 20;
    after +=
        ExcessLoss(FitCalibrator(Draw(900, Asymmetric, seed).view())->calibrator, Asymmetric) / 20;
  }
  EXPECT_LT(harm, 7);
  EXPECT_GT(before, 8);
  EXPECT_LT(after, 3.5);
}

TEST(FitCalibrator, FollowsAWiggleGivenEnoughDeals) {
  const auto fitted = FitCalibrator(Draw(10000, Wiggly, 5).view());
  ASSERT_TRUE(fitted);
  EXPECT_LT(ExcessLoss(fitted->calibrator, Wiggly), .6 * ExcessLoss(Calibrator(), Wiggly));
}

TEST(FitCalibrator, StaysMonotoneAgainstFallingData) {
  for (const std::size_t n : {60U, 2000U}) {
    const auto fitted = FitCalibrator(Draw(n, [](double m) { return -2 * m; }, 7).view());
    ASSERT_TRUE(fitted);
    double last = 0;
    for (double m = -15; m <= 15; m += .05) {
      const double p = fitted->calibrator(LogOdds(m)).value();
      EXPECT_GE(p, last);
      last = p;
    }
  }
}

TEST(FitCalibrator, RepeatedSnapshotsDoNotOverruleThePrior) {
  const Sample once = Draw(120, Asymmetric, 9);
  Sample often;
  for (std::size_t i = 0; i < 120; ++i) {
    for (int k = 0; k < 10; ++k) {
      often.margins.push_back(once.margins[i]);
      often.labels.push_back(once.labels[i]);
      often.deals.push_back(once.deals[i]);
      often.moments.push_back(once.moments[i]);
    }
  }
  const auto a = FitCalibrator(once.view());
  const auto b = FitCalibrator(often.view());
  ASSERT_TRUE(a && b);
  for (double m = -4; m <= 4; m += .5) {
    EXPECT_NEAR(a->calibrator(LogOdds(m)).value(), b->calibrator(LogOdds(m)).value(), 1e-6);
  }
}

TEST(FitCalibrator, OneClassGivesTheBetaBinomialLevel) {
  Sample sample = Draw(80, Asymmetric, 11);
  sample.labels.assign(80, 1);
  double mean = 0;
  for (const double m : sample.margins) {
    mean += domain::Logistic(m) / 80;
  }
  const auto fitted = FitCalibrator(sample.view());
  ASSERT_TRUE(fitted);
  EXPECT_EQ(fitted->calibrator.kind(), Calibrator::Kind::kIntercept);
  double calibrated = 0;
  for (const double m : sample.margins) {
    calibrated += domain::Logistic(fitted->calibrator.CalibratedLogOdds(LogOdds(m)).value()) / 80;
  }
  EXPECT_NEAR(calibrated, (80 + 20 * mean) / 100, .002);  // the clip may hold single chances
}

TEST(FitCalibrator, EqualScoresGetTheShrunkRate) {
  Sample sample = Draw(100, Asymmetric, 12);
  sample.margins.assign(100, 0);
  double wins = 0;
  for (std::size_t i = 0; i < 100; ++i) {
    sample.labels[i] = i < 20 ? 1 : 0;
    wins += sample.labels[i];
  }
  const auto fitted = FitCalibrator(sample.view());
  ASSERT_TRUE(fitted);
  EXPECT_NEAR(fitted->calibrator(LogOdds(0)).value(), (wins + 20 * .5) / 120, 1e-9);
}

TEST(FitCalibrator, RowsWithoutWeightDoNotCount) {
  const Sample sample = Draw(60, Asymmetric, 13);
  std::vector<double> weights(60, 1);
  weights[0] = 0;
  CalibrationSample view = sample.view();
  view.weights = weights;
  EXPECT_EQ(FitCalibrator(view)->num_deals, 59U);
  const std::vector<double> none(60, 0);
  view.weights = none;
  EXPECT_EQ(FitCalibrator(view)->calibrator.kind(), Calibrator::Kind::kIdentity);
}

TEST(FitCalibrator, ExtremeMarginsAreHarmless) {
  Sample sample = Draw(200, Asymmetric, 14);
  sample.margins[0] = 1e300;
  sample.margins[1] = -700;
  const auto fitted = FitCalibrator(sample.view());
  ASSERT_TRUE(fitted);
  EXPECT_LT(fitted->calibrator(LogOdds(1e300)).value(), 1);
  EXPECT_TRUE(std::isfinite(fitted->calibrator.CalibratedLogOdds(LogOdds(1e300)).value()));
}

TEST(FitCalibrator, RefusesBadInput) {
  Sample sample = Draw(10, Asymmetric, 15);
  sample.deals.pop_back();
  EXPECT_EQ(FitCalibrator(sample.view()).error().code(), ErrorCode::kUsage);
  sample = Draw(10, Asymmetric, 15);
  sample.margins[4] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(FitCalibrator(sample.view()).error().code(), ErrorCode::kBadInput);
  sample = Draw(10, Asymmetric, 15);
  sample.labels[4] = -1;
  EXPECT_EQ(FitCalibrator(sample.view()).error().code(), ErrorCode::kBadInput);
}

}  // namespace
}  // namespace ri::models
