#include "training/evaluation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/assertion.h"
#include "metrics/calibration_tests.h"
#include "metrics/cluster_bootstrap.h"
#include "metrics/ranking.h"
#include "metrics/reliability.h"
#include "metrics/scoring_rules.h"

namespace ri::training {
namespace {

constexpr int kAucDraws =
    300;  // sorting per draw; 300 give the interval's ends to a tenth of its width

Estimate FromInterval(const metrics::BootstrapInterval& interval) {
  return {.value = interval.estimate, .low = interval.low, .high = interval.high};
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
  evaluation.calibration_error = std::sqrt(std::max(
      0.0, metrics::DebiasedSquaredCalibrationError(sample.model, sample.label, sample.cluster)));
  evaluation.raw_calibration_error = metrics::ExpectedCalibrationError(sample.model, sample.label);
  evaluation.calibration_error_floor = metrics::CalibrationErrorFloor(
      sample.model, sample.cluster, 10, {.num_threads = num_threads});
  const auto line =
      metrics::FitCalibrationLine(sample.model, sample.label, sample.cluster, sample.weight);
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  evaluation.slope = line ? line->slope : kNone;
  evaluation.slope_error = line ? line->slope_error : kNone;
  evaluation.level = line ? line->intercept_in_the_large : kNone;
  evaluation.level_error = line ? line->intercept_in_the_large_error : kNone;
  return evaluation;
}

}  // namespace ri::training
