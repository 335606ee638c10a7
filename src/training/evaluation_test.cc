#include "training/evaluation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "base/random.h"
#include "metrics/scoring_rules.h"

namespace ri::training {
namespace {

/// Outcomes of chances between .1 and .9, told exactly; three rows a deal, two deals an account.
OutOfTimeSample ExactSample(std::size_t rows) {
  OutOfTimeSample sample{.baseline_name = "base rate"};
  base::RandomStream random(4, "evaluation test");
  for (std::size_t i = 0; i < rows; ++i) {
    const double chance = 0.1 + 0.8 * random.Uniform();
    sample.label.push_back(random.Bernoulli(chance) ? 1 : 0);
    sample.weight.push_back(1 + random.Uniform());
    sample.cluster.push_back(static_cast<std::uint32_t>(i / 6));
    sample.deal.push_back(static_cast<std::uint32_t>(i / 3));
    sample.model.push_back(chance);
    sample.baseline.push_back(0.5);
  }
  return sample;
}

std::vector<std::size_t> Rows(std::size_t begin, std::size_t end) {
  std::vector<std::size_t> rows(end - begin);
  std::iota(rows.begin(), rows.end(), begin);
  return rows;
}

TEST(Evaluate, FiguresAreThoseOfTheRowsAndLieInTheirIntervals) {
  const OutOfTimeSample sample = ExactSample(1200);
  const Evaluation evaluation = Evaluate(sample, 1);
  EXPECT_EQ(evaluation.rows, 1200U);
  EXPECT_EQ(evaluation.clusters, 200U);
  EXPECT_NEAR(evaluation.log_loss.value,
              metrics::LogLoss(sample.model, sample.label, sample.weight), 1e-12);
  EXPECT_NEAR(evaluation.baseline_log_loss.value, std::log(2), 1e-12);
  EXPECT_NEAR(evaluation.brier.value,
              evaluation.miscalibration - evaluation.discrimination + evaluation.uncertainty,
              1e-12);
  for (const Estimate& figure : {evaluation.log_loss, evaluation.brier, evaluation.auc}) {
    EXPECT_LT(figure.low, figure.value);
    EXPECT_GT(figure.high, figure.value);
  }
  EXPECT_LT(std::fabs(evaluation.slope - 1), 3 * evaluation.slope_error);
  EXPECT_LE(evaluation.calibration_error, evaluation.calibration_error_limit);
}

TEST(Evaluate, OneOutcomeHasNoCalibrationLine) {
  OutOfTimeSample sample = ExactSample(60);
  sample.label.assign(60, 1.0);
  const Evaluation evaluation = Evaluate(sample, 1);
  EXPECT_TRUE(std::isnan(evaluation.slope));
  EXPECT_TRUE(std::isnan(evaluation.level));
  EXPECT_EQ(evaluation.base_rate, 1);
}

TEST(Compare, CountsOnlyTheRowsThatHaveAnAnswer) {
  const OutOfTimeSample sample = ExactSample(600);
  std::vector<double> other(600, std::numeric_limits<double>::quiet_NaN());
  OutOfTimeSample answered;
  for (std::size_t i = 0; i < 600; i += 2) {
    other[i] = 0.5;
    answered.label.push_back(sample.label[i]);
    answered.weight.push_back(sample.weight[i]);
    answered.model.push_back(sample.model[i]);
  }
  const Comparison comparison = Compare(sample, "coin", other, 1);
  EXPECT_EQ(comparison.name, "coin");
  EXPECT_EQ(comparison.rows, 300U);
  EXPECT_NEAR(comparison.log_loss.value, std::log(2), 1e-12);
  EXPECT_NEAR(comparison.difference.value,
              std::log(2) - metrics::LogLoss(answered.model, answered.label, answered.weight),
              1e-12);
  EXPECT_GT(comparison.difference.low, 0) << "the model is better than a coin";
  EXPECT_EQ(comparison.auc, 0.5);
}

TEST(Compare, TheModelItselfDiffersByNothing) {
  const OutOfTimeSample sample = ExactSample(300);
  const Comparison comparison = Compare(sample, "itself", sample.model, 1);
  EXPECT_EQ(comparison.difference.value, 0);
  EXPECT_EQ(comparison.difference.low, 0);
  EXPECT_EQ(comparison.difference.high, 0);
}

TEST(EvaluateSegments, FindsThePartThatIsToldTooHighAndSparesTheOthers) {
  OutOfTimeSample sample = ExactSample(1800);
  for (std::size_t i = 0; i < 600; ++i) {
    sample.model[i] = std::min(0.99, sample.model[i] + 0.2);
  }
  const std::vector<SegmentRows> segments = {
      {.name = "too high", .rows = Rows(0, 600)},
      {.name = "right", .rows = Rows(600, 1200)},
      {.name = "too few deals", .rows = Rows(1200, 1200 + 3 * 99)},
      {.name = "just enough", .rows = Rows(1200, 1200 + 3 * 100)}};
  const std::vector<SegmentEvaluation> parts = EvaluateSegments(sample, segments);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].segment, "too high");
  EXPECT_EQ(parts[0].deals, 200U);
  EXPECT_EQ(parts[0].rows, 600U);
  EXPECT_GT(parts[0].told, parts[0].observed + 0.1);
  EXPECT_LT(parts[0].p_value, 1e-6);
  EXPECT_EQ(parts[2].segment, "just enough");
  for (const std::size_t part : {1, 2}) {
    EXPECT_GT(parts[part].p_value, 0.01) << parts[part].segment;
    EXPECT_LT(parts[part].log_loss, parts[part].baseline_log_loss);
  }
}

TEST(EvaluateSegments, CountsAccountsWhereDealsAreNotNamed) {
  OutOfTimeSample sample = ExactSample(600);
  const std::vector<SegmentRows> all = {{.name = "all", .rows = Rows(0, 600)}};
  EXPECT_EQ(EvaluateSegments(sample, all).front().deals, 200U);
  sample.deal.clear();
  EXPECT_EQ(EvaluateSegments(sample, all).front().deals, 100U);
  EXPECT_TRUE(EvaluateSegments(sample, all, 101).empty());
}

// A part that is told with certainty and right leaves nothing to test.
TEST(EvaluateSegments, WithoutAnyMissThereIsNothingToDoubt) {
  OutOfTimeSample sample = ExactSample(300);
  sample.model = sample.label;
  const std::vector<SegmentRows> all = {{.name = "all", .rows = Rows(0, 300)}};
  const auto parts = EvaluateSegments(sample, all, 1);
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts.front().p_value, 1);
  EXPECT_EQ(parts.front().told, parts.front().observed);
}

}  // namespace
}  // namespace ri::training
