#include "models/quarter_calibrator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"
#include "metrics/scoring_rules.h"

namespace ri::models {
namespace {

using domain::Probability;

struct Sample {
  std::vector<double> chances;
  std::vector<double> labels;
  std::vector<std::uint32_t> deals;
  std::vector<int> days;
  std::vector<double> truth;

  [[nodiscard]] QuarterSample view() const { return {chances, labels, {}, deals, days}; }
};

// The truth lies above the stated chance in the last weeks and below it early in the quarter.
Sample Draw(std::size_t n, std::uint64_t seed) {
  base::RandomStream stream(seed, "quarter-sample");
  Sample sample;
  for (std::size_t i = 0; i < n; ++i) {
    const double m = -1.5 + stream.Normal();
    sample.days.push_back(1 + static_cast<int>(stream.Below(91)));
    const double shift = sample.days.back() / 7 <= 2 ? .5 : sample.days.back() / 7 <= 6 ? 0 : -.4;
    sample.chances.push_back(domain::Logistic(m));
    sample.truth.push_back(domain::Logistic(m + shift));
    sample.labels.push_back(stream.Bernoulli(sample.truth.back()) ? 1 : 0);
    sample.deals.push_back(static_cast<std::uint32_t>(i));
  }
  return sample;
}

TEST(QuarterCalibrator, LearnsTheShiftOfEachPartOfTheQuarter) {
  const auto calibrator = QuarterCalibrator::Fit(Draw(3000, 1).view());
  ASSERT_TRUE(calibrator);
  const Sample fresh = Draw(3000, 2);
  std::vector<double> p;
  for (std::size_t i = 0; i < fresh.chances.size(); ++i) {
    p.push_back((*calibrator)(Probability(fresh.chances[i]), fresh.days[i]).value());
  }
  const double before =
      metrics::LogLoss(fresh.chances, fresh.truth) - metrics::LogLoss(fresh.truth, fresh.truth);
  const double after =
      metrics::LogLoss(p, fresh.truth) - metrics::LogLoss(fresh.truth, fresh.truth);
  EXPECT_LT(after, .25 * before);
}

TEST(QuarterCalibrator, RisesAndKeepsCertainties) {
  const auto calibrator = QuarterCalibrator::Fit(Draw(300, 3).view());
  ASSERT_TRUE(calibrator);
  for (const int days : {1, 20, 21, 48, 49, 91, 98}) {
    double last = 0;
    for (double q = 0; q <= 1; q += 1.0 / 1024) {
      const double mapped = (*calibrator)(Probability(q), days).value();
      EXPECT_GE(mapped, last);
      last = mapped;
    }
    EXPECT_EQ((*calibrator)(Probability(0), days).value(), 0);
    EXPECT_EQ((*calibrator)(Probability(1), days).value(), 1);
  }
}

TEST(QuarterCalibrator, IsTheIdentityWithoutRowsAndCarefulWithFew) {
  const auto none = QuarterCalibrator::Fit({});
  ASSERT_TRUE(none);
  EXPECT_EQ(*none, QuarterCalibrator());
  EXPECT_EQ((*none)(Probability(.37), 30).value(), .37);
  Sample few = Draw(5, 4);
  few.labels.assign(5, 1);
  const auto calibrator = QuarterCalibrator::Fit(few.view());
  ASSERT_TRUE(calibrator);
  EXPECT_LT((*calibrator)(Probability(.3), 10).value(), .65);
}

TEST(QuarterCalibrator, SurvivesItsJson) {
  const auto calibrator = QuarterCalibrator::Fit(Draw(300, 5).view());
  ASSERT_TRUE(calibrator);
  const auto read = QuarterCalibrator::FromJson(calibrator->ToJson());
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, *calibrator);
  EXPECT_FALSE(QuarterCalibrator::FromJson(R"({"a":-1,"b":1,"c":0,"offsets":[0,0,0]})"));
  EXPECT_FALSE(QuarterCalibrator::FromJson(R"({"a":1,"b":1,"c":0,"offsets":[0,0]})"));
}

TEST(QuarterCalibrator, RefusesBadInput) {
  Sample sample = Draw(10, 6);
  sample.days.pop_back();
  EXPECT_EQ(QuarterCalibrator::Fit(sample.view()).error().code(), ErrorCode::kUsage);
  sample = Draw(10, 6);
  sample.chances[2] = 1.2;
  EXPECT_EQ(QuarterCalibrator::Fit(sample.view()).error().code(), ErrorCode::kBadInput);
}

}  // namespace
}  // namespace ri::models
