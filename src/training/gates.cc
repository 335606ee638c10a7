#include "training/gates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "metrics/calibration_tests.h"
#include "metrics/cluster_bootstrap.h"
#include "metrics/multiple_testing.h"
#include "metrics/ranking.h"
#include "metrics/reliability.h"
#include "metrics/scoring_rules.h"

namespace ri::training {
namespace {

constexpr double kNormal95 = 1.959963984540054;  // two-sided 95 % quantile of the standard normal
constexpr int kNoiseDraws = 500;
constexpr int kAucDraws = 300;  // each costs a sort of the sample
constexpr double kAucOfGuessing = 0.5;
constexpr std::size_t kMinSegmentDeals = 100;
constexpr std::size_t kMinChampionRows = 50;
constexpr double kMostStandardErrors = 2;

/// Half-width of a 95 % interval of a share. At least the variance of half a deal, so that a share
/// of 0 or 1 is not taken for certain.
double HalfWidth(double rate, double deals) {
  return kNormal95 * std::sqrt(std::max(rate * (1 - rate), 0.25 / deals) / deals);
}

int DealsForFivePoints(double rate) {
  const double spread = std::max(rate * (1 - rate), 0.01);
  return static_cast<int>(std::ceil(kNormal95 * kNormal95 * spread / (0.05 * 0.05)));
}

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
    const auto n = static_cast<double>(closed_deals);
    gate.evidence += fmt::format("; the base rate alone is known to +-{:.1f} points",
                                 100 * HalfWidth(static_cast<double>(won_deals) / n, n));
  }
  if (!gate.passed) {
    const std::size_t fewer = std::min(won_deals, lost_deals);
    const auto missing = [](std::size_t needed, std::size_t have) {
      return needed > have ? needed - have : 0;
    };
    const std::size_t more_of_fewer = missing(thresholds.min_each_class, fewer);
    const std::size_t more = std::max(missing(thresholds.min_closed, closed_deals), more_of_fewer);
    const double rate =
        closed_deals > 0 ? static_cast<double>(won_deals) / static_cast<double>(closed_deals) : 0.5;
    gate.evidence += fmt::format(
        ". Needed: {} closed deals with at least {} won and {} lost; missing: {} more, {} of them "
        "{}. Then the base rate would be known to +-{:.1f} points; +-5 points take {} closed deals",
        thresholds.min_closed, thresholds.min_each_class, thresholds.min_each_class, more,
        more_of_fewer, won_deals <= lost_deals ? "won" : "lost",
        100 * HalfWidth(rate, static_cast<double>(closed_deals + more)), DealsForFivePoints(rate));
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
  evidence.auc_lower =
      metrics::BootstrapStatistic(
          sample.cluster,
          [&](std::span<const double> drawn) {
            std::vector<double> weights(drawn.begin(), drawn.end());
            for (std::size_t i = 0; i < weights.size(); ++i) {
              weights[i] *= sample.weight.empty() ? 1 : sample.weight[i];
            }
            return metrics::Auc(sample.model, sample.label, weights);
          },
          {.draws = kAucDraws, .confidence = thresholds.confidence, .num_threads = num_threads})
          .lower_bound;
  gate.passed = evidence.skill >= thresholds.min_skill &&
                (evidence.skill_lower > 0 || !thresholds.skill_bound) &&
                evidence.auc_lower > kAucOfGuessing;
  gate.evidence = fmt::format(
      "log loss {:.4f} against {:.4f} of the {} on {} {} of {} accounts or deals: "
      "{:.1f} % better, with {:g} % confidence at least {:.1f} % (needed: {:.0f} %{}); "
      "AUC {:.3f}, with {:g} % confidence at least {:.3f} (needed: more than 0.5)",
      evidence.model_log_loss, evidence.baseline_log_loss, sample.baseline_name, evidence.rows,
      sample.rows_name, evidence.clusters, 100 * evidence.skill, 100 * thresholds.confidence,
      100 * evidence.skill_lower, 100 * thresholds.min_skill,
      thresholds.skill_bound ? " and more than 0" : "", evidence.auc, 100 * thresholds.confidence,
      evidence.auc_lower);
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
  const double error =
      std::sqrt(std::max(0.0, metrics::DebiasedSquaredCalibrationError(
                                  sample.model, sample.label, sample.cluster, 10, sample.weight)));
  const metrics::CalibrationNoise noise = metrics::NoiseOfCalibrationError(
      sample.model, sample.deal.empty() ? sample.cluster : sample.deal, sample.cluster,
      sample.weight, 10, {.draws = kNoiseDraws, .num_threads = num_threads});
  const double limit = std::max(thresholds.max_calibration_error, noise.debiased_limit);
  gate.passed = slope_good && level_good && error <= limit;
  gate.evidence = fmt::format(
      "slope {:.2f} +-{:.2f} (1 is ideal), level {:+.2f} +-{:.2f} log-odds (0 is ideal), "
      "calibration error {:.3f} after removing noise (limit {:.3f}; exact probabilities stay below "
      "{:.3f} in 95 of 100 cases)",
      line->slope, kNormal95 * line->slope_error, line->intercept_in_the_large,
      kNormal95 * line->intercept_in_the_large_error, error, limit, noise.debiased_limit);
  return gate;
}

Gate SegmentGate(const std::optional<ChampionSample>& sample) {
  Gate gate{.id = "G5",
            .question = "Is it nowhere worse than the champion?",
            .passed = true,
            .blocking = false};
  if (!sample || sample->label.size() < kMinChampionRows) {
    gate.evidence = sample ? "Too few outcomes since the champion was trained to compare segments"
                           : "There is no champion to compare with";
    return gate;
  }
  std::vector<const SegmentDifference*> compared;
  std::vector<double> p_values;
  for (const SegmentDifference& segment : sample->segments) {
    if (segment.deals >= kMinSegmentDeals && segment.error > 0) {
      compared.push_back(&segment);
      // One-sided: only being worse counts.
      p_values.push_back(0.5 * std::erfc(segment.difference / segment.error / std::sqrt(2.0)));
    }
  }
  const std::vector<double> adjusted = metrics::AdjustForFalseDiscovery(p_values);
  const double limit = 0.5 * std::erfc(kMostStandardErrors / std::sqrt(2.0));
  for (std::size_t i = 0; i < compared.size(); ++i) {
    if (adjusted[i] < limit) {
      gate.evidence += fmt::format("{}{}: log loss {:+.4f} (standard error {:.4f}, {} deals)",
                                   gate.passed ? "Worse for " : "; ", compared[i]->segment,
                                   compared[i]->difference, compared[i]->error, compared[i]->deals);
      gate.passed = false;
    }
  }
  if (gate.passed) {
    gate.evidence = fmt::format("{} segments of at least {} deals compared, none is worse",
                                compared.size(), kMinSegmentDeals);
  }
  return gate;
}

Gate ChampionGate(const std::optional<ChampionSample>& sample, const GateThresholds& thresholds,
                  int num_threads) {
  Gate gate{.id = "G6", .question = "Is it not worse than the champion?", .blocking = false};
  if (!sample || sample->label.size() < kMinChampionRows) {
    gate.passed = true;
    gate.evidence = sample ? fmt::format(
                                 "Only {} snapshots with an outcome since the champion was "
                                 "trained; {} are needed to compare",
                                 sample->label.size(), kMinChampionRows)
                           : "There is no champion to compare with";
    return gate;
  }
  const std::vector<double> before = metrics::LogLossTerms(sample->champion, sample->label);
  std::vector<double> difference = metrics::LogLossTerms(sample->candidate, sample->label);
  for (std::size_t i = 0; i < difference.size(); ++i) {
    difference[i] -= before[i];
  }
  const metrics::BootstrapInterval interval =
      metrics::BootstrapMean(difference, sample->cluster, sample->weight,
                             {.draws = thresholds.bootstrap_draws,
                              .confidence = thresholds.confidence,
                              .num_threads = num_threads});
  gate.passed = interval.upper_bound < thresholds.max_loss_to_champion;
  gate.evidence = fmt::format(
      "log loss {:+.4f} against the champion's {:.4f} on {} snapshots that both had not seen; with "
      "{:.0f} % confidence at most {:+.4f} (limit {:+.4f})",
      interval.estimate, metrics::WeightedMean(before, sample->weight), sample->label.size(),
      100 * thresholds.confidence, interval.upper_bound, thresholds.max_loss_to_champion);
  return gate;
}

Gate ChurnGate(std::span<const double> champion, std::span<const double> candidate,
               const GateThresholds& thresholds) {
  Gate gate{.id = "G7",
            .question = "Do scores stay where nothing changed?",
            .passed = true,
            .blocking = false};
  if (champion.empty()) {
    gate.evidence = "There is no champion with open deals to compare";
    return gate;
  }
  double moved = 0;
  std::size_t large = 0;
  for (std::size_t i = 0; i < champion.size(); ++i) {
    const double change = std::fabs(candidate[i] - champion[i]);
    moved += change;
    large += change > thresholds.large_churn ? 1 : 0;
  }
  const auto n = static_cast<double>(champion.size());
  const double share = static_cast<double>(large) / n;
  gate.passed = moved / n <= thresholds.max_mean_churn && share <= thresholds.max_large_churn_share;
  gate.evidence = fmt::format(
      "the scores of {} open deals move by {:.1f} points on average (limit {:.0f}) on the same "
      "features; {:.1f} % of them by more than {:.0f} points (limit {:.0f} %)",
      champion.size(), 100 * moved / n, 100 * thresholds.max_mean_churn, 100 * share,
      100 * thresholds.large_churn, 100 * thresholds.max_large_churn_share);
  return gate;
}

Gate ExplanationGate(std::size_t explained, std::string_view failure) {
  return {
      .id = "G8",
      .question = "Do its reasons add up to its scores?",
      .passed = failure.empty(),
      .blocking = true,
      .evidence = failure.empty()
                      ? fmt::format("{} rows were explained; every sum met its score", explained)
                      : std::string(failure)};
}

Gate CoverageGate(std::size_t covered, std::size_t quarters) {
  Gate gate{.id = "G9",
            .question = "Do forecast intervals hold as often as they say?",
            .passed = true,
            .blocking = false};
  if (quarters == 0) {
    gate.evidence = "No quarter has been replayed yet";
    return gate;
  }
  // Cumulative binomial probabilities by the recursion of their terms.
  constexpr double kLevel = 0.8;
  const auto n = static_cast<double>(quarters);
  double term = std::pow(1 - kLevel, n);
  double below = 0;  // P(X < k)
  std::size_t low = 0;
  std::size_t high = quarters;
  bool low_found = false;
  for (std::size_t k = 0; k <= quarters; ++k) {
    if (!low_found && below + term > 0.025) {
      low = k;
      low_found = true;
    }
    below += term;
    if (below >= 0.975) {
      high = k;
      break;
    }
    term *= (n - static_cast<double>(k)) / (static_cast<double>(k) + 1) * kLevel / (1 - kLevel);
  }
  gate.passed = covered >= low && covered <= high;
  gate.evidence = fmt::format(
      "the 80 % interval held the outcome in {} of {} replayed quarters; {} to {} are to be "
      "expected in 95 of 100 cases",
      covered, quarters, low, high);
  return gate;
}

Gate ReproducibleGate(bool same_bytes, std::string_view what) {
  return {.id = "G10",
          .question = "Does the same training give the same bytes?",
          .passed = same_bytes,
          .blocking = true,
          .evidence = fmt::format("{}, made again on another number of threads, {}", what,
                                  same_bytes ? "has the same bytes" : "differs")};
}

}  // namespace ri::training
