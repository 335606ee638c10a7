#include "training/gates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "metrics/calibration_tests.h"
#include "metrics/cluster_bootstrap.h"
#include "metrics/ranking.h"
#include "metrics/reliability.h"
#include "metrics/scoring_rules.h"

namespace ri::training {
namespace {

constexpr double kNormal95 = 1.959963984540054;  // two-sided 95 % quantile of the standard normal

}  // namespace

Gate LeakGate(std::span<const LeakingFeature> leaking) {
  Gate gate{.id = "G1", .question = "Is it kept from facts that know the outcome?", .passed = true};
  if (leaking.empty()) {
    gate.evidence = "No feature was found to know the outcome";
    return gate;
  }
  gate.evidence = "Left out:";
  for (const LeakingFeature& feature : leaking) {
    gate.evidence += fmt::format(" {} ({});", feature.feature, feature.evidence);
  }
  gate.evidence.pop_back();
  return gate;
}

Gate MinimumDataGate(std::size_t closed_deals, std::size_t won_deals,
                     const GateThresholds& thresholds) {
  Gate gate{.id = "G2", .question = "Are there enough closed deals?"};
  const std::size_t lost_deals = closed_deals - won_deals;
  gate.passed = closed_deals >= thresholds.min_closed &&
                std::min(won_deals, lost_deals) >= thresholds.min_each_class;
  gate.evidence =
      fmt::format("{} closed deals: {} won, {} lost", closed_deals, won_deals, lost_deals);
  if (closed_deals > 0) {
    const double rate = static_cast<double>(won_deals) / static_cast<double>(closed_deals);
    const double half_width =
        kNormal95 *
        std::sqrt(std::max(rate * (1 - rate), 0.25 / static_cast<double>(closed_deals)) /
                  static_cast<double>(closed_deals));
    gate.evidence +=
        fmt::format("; the base rate alone is known to +-{:.1f} points", 100 * half_width);
  }
  if (!gate.passed) {
    gate.evidence +=
        fmt::format(". Needed: {} closed deals with at least {} won and {} lost",
                    thresholds.min_closed, thresholds.min_each_class, thresholds.min_each_class);
  }
  return gate;
}

Gate SkillGate(const OutOfTimeSample& sample, const GateThresholds& thresholds, int num_threads,
               SkillEvidence& evidence) {
  Gate gate{.id = "G3",
            .question = "Is it better than the best baseline, on deals it has not seen?"};
  evidence = {};
  if (sample.label.empty()) {
    gate.evidence = "There is no past moment at which it could have been trained and then judged.";
    return gate;
  }
  const std::vector<double> model = metrics::LogLossTerms(sample.model, sample.label);
  const std::vector<double> baseline = metrics::LogLossTerms(sample.baseline, sample.label);
  std::vector<double> gain(model.size());
  for (std::size_t i = 0; i < gain.size(); ++i) {
    gain[i] = baseline[i] - model[i];
  }
  const metrics::BootstrapInterval interval =
      metrics::BootstrapMean(gain, sample.cluster, sample.weight,
                             {.draws = thresholds.bootstrap_draws,
                              .confidence = thresholds.confidence,
                              .num_threads = num_threads});
  evidence.model_log_loss = metrics::WeightedMean(model, sample.weight);
  evidence.baseline_log_loss = metrics::WeightedMean(baseline, sample.weight);
  evidence.skill = interval.estimate / evidence.baseline_log_loss;
  evidence.skill_lower = interval.lower_bound / evidence.baseline_log_loss;
  evidence.auc = metrics::Auc(sample.model, sample.label, sample.weight);
  evidence.rows = sample.label.size();
  evidence.clusters = interval.num_clusters;
  gate.passed = evidence.skill >= thresholds.min_skill && evidence.skill_lower > 0;
  gate.evidence = fmt::format(
      "log loss {:.4f} against {:.4f} of the {} on {} later snapshots of {} accounts or deals: "
      "{:.1f} % better, with {:.0f} % confidence at least {:.1f} % (needed: {:.0f} % and more than "
      "0); AUC {:.3f}",
      evidence.model_log_loss, evidence.baseline_log_loss, sample.baseline_name, evidence.rows,
      evidence.clusters, 100 * evidence.skill, 100 * thresholds.confidence,
      100 * evidence.skill_lower, 100 * thresholds.min_skill, evidence.auc);
  if (!gate.passed) {
    gate.evidence = "No signal found: " + gate.evidence;
  }
  return gate;
}

Gate CalibrationGate(const OutOfTimeSample& sample, const GateThresholds& thresholds,
                     int num_threads) {
  Gate gate{.id = "G4", .question = "Do its probabilities come true?", .blocking = false};
  const auto line =
      metrics::FitCalibrationLine(sample.model, sample.label, sample.cluster, sample.weight);
  if (!line) {
    gate.evidence = "Calibration cannot be measured: one outcome only, or one probability for all.";
    return gate;
  }
  const auto near_target = [](double value, double target, double error, double tolerance) {
    return std::fabs(value - target) <= tolerance || std::fabs(value - target) <= kNormal95 * error;
  };
  const bool slope_good =
      near_target(line->slope, 1, line->slope_error, thresholds.max_slope_error);
  const bool level_good = near_target(line->intercept_in_the_large, 0,
                                      line->intercept_in_the_large_error, thresholds.max_intercept);
  const double squared =
      metrics::DebiasedSquaredCalibrationError(sample.model, sample.label, sample.cluster);
  const double error = std::sqrt(std::max(0.0, squared));
  const double floor = metrics::CalibrationErrorFloor(sample.model, sample.cluster, 10,
                                                      {.num_threads = num_threads});
  const double limit = std::max(thresholds.max_calibration_error, floor);
  gate.passed = slope_good && level_good && error <= limit;
  gate.evidence = fmt::format(
      "slope {:.2f} +-{:.2f} (1 is ideal), level {:+.2f} +-{:.2f} log-odds (0 is ideal), "
      "calibration "
      "error {:.3f} after removing noise (limit {:.3f}, noise floor {:.3f})",
      line->slope, kNormal95 * line->slope_error, line->intercept_in_the_large,
      kNormal95 * line->intercept_in_the_large_error, error, limit, floor);
  return gate;
}

}  // namespace ri::training
