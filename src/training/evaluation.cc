#include "training/evaluation.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "base/assertion.h"
#include "metrics/calibration_tests.h"
#include "metrics/cluster_bootstrap.h"
#include "metrics/multiple_testing.h"
#include "metrics/ranking.h"
#include "metrics/reliability.h"
#include "metrics/scoring_rules.h"
#include "training/candidate_choice.h"

namespace ri::training {
namespace {

constexpr int kAucDraws =
    300;  // sorting per draw; 300 give the interval's ends to a tenth of its width
constexpr int kNoiseDraws = 500;
constexpr int kBandPoints = 20;

Estimate FromInterval(const metrics::BootstrapInterval& interval) {
  return {.value = interval.estimate, .low = interval.low, .high = interval.high};
}

double DebiasedError(const OutOfTimeSample& sample, std::span<const double> probabilities) {
  return std::sqrt(
      std::max(0.0, metrics::DebiasedSquaredCalibrationError(probabilities, sample.label,
                                                             sample.cluster, 10, sample.weight)));
}

std::size_t CountDistinct(std::vector<std::uint32_t> ids) {
  std::ranges::sort(ids);
  return static_cast<std::size_t>(std::ranges::unique(ids).begin() - ids.begin());
}

/// Two-sided test of a mean residual of zero, with the variance of cluster totals.
double LevelPValue(const OutOfTimeSample& sample, std::span<const std::size_t> rows) {
  std::map<std::uint32_t, double> totals;
  double sum = 0;
  for (const std::size_t i : rows) {
    const double residual = sample.weight[i] * (sample.label[i] - sample.model[i]);
    totals[sample.cluster[i]] += residual;
    sum += residual;
  }
  double variance = 0;
  for (const auto& [cluster, total] : totals) {
    variance += total * total;
  }
  return variance > 0 ? std::erfc(std::fabs(sum) / std::sqrt(2 * variance)) : 1.0;
}

}  // namespace

Evaluation Evaluate(const OutOfTimeSample& sample, int num_threads) {
  RI_ASSERT(!sample.label.empty());
  Evaluation evaluation;
  const metrics::BootstrapOptions bootstrap{.num_threads = num_threads};
  const auto mean = [&](const std::vector<double>& terms) {
    return metrics::BootstrapMean(terms, sample.cluster, sample.weight, bootstrap);
  };
  const metrics::BootstrapInterval log_loss =
      mean(metrics::LogLossTerms(sample.model, sample.label));
  evaluation.rows = sample.label.size();
  evaluation.clusters = log_loss.num_clusters;
  evaluation.base_rate = metrics::WeightedMean(sample.label, sample.weight);
  evaluation.log_loss = FromInterval(log_loss);
  evaluation.baseline_log_loss =
      FromInterval(mean(metrics::LogLossTerms(sample.baseline, sample.label)));
  evaluation.baseline_name = sample.baseline_name;
  evaluation.brier = FromInterval(mean(metrics::BrierTerms(sample.model, sample.label)));
  evaluation.baseline_brier = metrics::BrierScore(sample.baseline, sample.label, sample.weight);
  const metrics::BootstrapInterval auc =
      metrics::BootstrapStatistic(sample.cluster,
                                  [&](std::span<const double> drawn) {
                                    std::vector<double> weights(drawn.begin(), drawn.end());
                                    for (std::size_t i = 0; i < weights.size(); ++i) {
                                      weights[i] *= sample.weight[i];
                                    }
                                    return metrics::Auc(sample.model, sample.label, weights);
                                  },
                                  {.draws = kAucDraws, .num_threads = num_threads});
  evaluation.auc = FromInterval(auc);
  const metrics::BrierDecomposition decomposition =
      metrics::DecomposeBrier(sample.model, sample.label, sample.weight);
  evaluation.miscalibration = decomposition.miscalibration;
  evaluation.discrimination = decomposition.discrimination;
  evaluation.uncertainty = decomposition.uncertainty;
  evaluation.curve = decomposition.curve;
  evaluation.calibration_error = DebiasedError(sample, sample.model);
  evaluation.raw_calibration_error =
      metrics::ExpectedCalibrationError(sample.model, sample.label, 10, sample.weight);
  const std::vector<std::uint32_t>& drawn_together =
      sample.deal.empty() ? sample.cluster : sample.deal;
  const metrics::CalibrationNoise noise =
      metrics::NoiseOfCalibrationError(sample.model, drawn_together, sample.cluster, sample.weight,
                                       10, {.draws = kNoiseDraws, .num_threads = num_threads});
  evaluation.calibration_error_floor = noise.floor;
  evaluation.calibration_error_limit = noise.debiased_limit;
  evaluation.band =
      metrics::CalibrationConsistencyBand(sample.model, drawn_together, kBandPoints,
                                          {.draws = kNoiseDraws, .num_threads = num_threads});
  const metrics::TestStatistic z =
      metrics::SpiegelhalterZ(sample.model, sample.label, sample.cluster);
  evaluation.spiegelhalter_z = z.statistic;
  evaluation.spiegelhalter_p = z.p_value;
  const auto line =
      metrics::FitCalibrationLine(sample.model, sample.label, sample.cluster, sample.weight);
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  evaluation.slope = line ? line->slope : kNone;
  evaluation.slope_error = line ? line->slope_error : kNone;
  evaluation.level = line ? line->intercept_in_the_large : kNone;
  evaluation.level_error = line ? line->intercept_in_the_large_error : kNone;
  return evaluation;
}

Comparison Compare(const OutOfTimeSample& sample, std::string name,
                   std::span<const double> probabilities, int num_threads) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    if (!std::isnan(probabilities[i])) {
      rows.push_back(i);
    }
  }
  RI_ASSERT(!rows.empty());
  OutOfTimeSample answered{.label = Pick(sample.label, rows),
                           .weight = Pick(sample.weight, rows),
                           .cluster = Pick(sample.cluster, rows),
                           .model = Pick(sample.model, rows)};
  std::vector<double> other;
  for (const std::size_t row : rows) {
    other.push_back(probabilities[row]);
  }
  const std::vector<double> terms = metrics::LogLossTerms(other, answered.label);
  std::vector<double> difference = metrics::LogLossTerms(answered.model, answered.label);
  std::ranges::transform(terms, difference, difference.begin(), std::minus<>());
  const metrics::BootstrapOptions bootstrap{.num_threads = num_threads};
  const auto mean = [&](const std::vector<double>& values) {
    return FromInterval(
        metrics::BootstrapMean(values, answered.cluster, answered.weight, bootstrap));
  };
  return {.name = std::move(name),
          .rows = rows.size(),
          .log_loss = mean(terms),
          .difference = mean(difference),
          .auc = metrics::Auc(other, answered.label, answered.weight),
          .brier = metrics::BrierScore(other, answered.label, answered.weight),
          .calibration_error = DebiasedError(answered, other)};
}

std::vector<SegmentEvaluation> EvaluateSegments(const OutOfTimeSample& sample,
                                                std::span<const SegmentRows> segments,
                                                std::size_t min_deals) {
  std::vector<SegmentEvaluation> evaluations;
  std::vector<double> p_values;
  for (const SegmentRows& segment : segments) {
    const std::size_t deals =
        CountDistinct(Pick(sample.deal.empty() ? sample.cluster : sample.deal, segment.rows));
    if (deals < min_deals) {
      continue;
    }
    const std::vector<double> label = Pick(sample.label, segment.rows);
    const std::vector<double> weight = Pick(sample.weight, segment.rows);
    const std::vector<double> model = Pick(sample.model, segment.rows);
    evaluations.push_back({.segment = segment.name,
                           .deals = deals,
                           .rows = segment.rows.size(),
                           .told = metrics::WeightedMean(model, weight),
                           .observed = metrics::WeightedMean(label, weight),
                           .log_loss = metrics::LogLoss(model, label, weight),
                           .baseline_log_loss = metrics::LogLoss(
                               Pick(sample.baseline, segment.rows), label, weight)});
    p_values.push_back(LevelPValue(sample, segment.rows));
  }
  const std::vector<double> adjusted = metrics::AdjustForFalseDiscovery(p_values);
  for (std::size_t i = 0; i < evaluations.size(); ++i) {
    evaluations[i].p_value = adjusted[i];
  }
  return evaluations;
}

}  // namespace ri::training
