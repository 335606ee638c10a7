#pragma once

/// Gates a model has to pass before it may score: each is a question with an answer and the
/// evidence for it. A refusal is a result, not a failure of the program.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "training/leak_audit.h"

namespace ri::training {

struct Gate {
  std::string id;        ///< "G3"
  std::string question;  ///< "Is it better than the best baseline?"
  bool passed = false;
  /// True when the answer no means that base rates are served instead; false when the model may
  /// serve with the finding shown beside it.
  bool blocking = true;
  std::string evidence;  ///< numbers with n and interval, one or two sentences
};

/// Out-of-time predictions of a model and of the best baseline on the same rows.
struct OutOfTimeSample {
  std::vector<double> label;   ///< 0 or 1
  std::vector<double> weight;  ///< inverse probability of being observed
  std::vector<std::uint32_t> cluster;
  std::vector<double> model;                  ///< calibrated probability
  std::vector<double> baseline;               ///< probability of the best baseline
  std::string baseline_name;                  ///< "base rate", "win rate by stage"
  std::string rows_name = "later snapshots";  ///< in sentences: how the rows were not seen before
  /// Whose outcomes are one draw; empty = `cluster`.
  std::vector<std::uint32_t> deal;
};

struct GateThresholds {
  std::size_t min_closed = 60;      ///< closed deals in all
  std::size_t min_each_class = 20;  ///< won, and lost
  /// Won, and lost, that a past moment needs before it: the oldest one sees little more than half.
  std::size_t min_each_class_at_origins = 10;
  /// Smallest improvement of log loss, as a share of the baseline's, that is worth serving: below
  /// one percent no ranking and no forecast changes, while reasons would pretend to know something.
  double min_skill = 0.01;
  double confidence = 0.95;       ///< of the one-sided bounds on the improvement and the AUC
  bool skill_bound = true;        ///< the bound on the improvement has to lie above zero, too
  double max_slope_error = 0.15;  ///< |slope - 1|, or 1 inside its interval
  double max_intercept = 0.15;
  double max_calibration_error = 0.02;  ///< or the noise floor, if larger
  int bootstrap_draws = 2000;
  double max_loss_to_champion = 0.002;  ///< log loss
  double max_mean_churn = 0.03;         ///< mean absolute change of a probability
  double large_churn = 0.15;            ///< a change of one deal that needs an explanation
  double max_large_churn_share = 0.02;  ///< of the deals
};

/// G1: what the leak audit found. Leaking features are left out, so that the gate always passes;
/// it is there to be read.
[[nodiscard]] Gate LeakGate(std::span<const LeakingFeature> leaking);

/// G2: enough closed deals of both outcomes. Evidence names what is missing and the half-width of
/// a 95 % interval for a probability near the base rate at the present number.
[[nodiscard]] Gate MinimumDataGate(std::size_t closed_deals, std::size_t won_deals,
                                   const GateThresholds& thresholds);

/// What the skill gate measured.
struct SkillEvidence {
  double model_log_loss = 0;
  double baseline_log_loss = 0;
  double skill = 0;        ///< 1 - model / baseline
  double skill_lower = 0;  ///< one-sided lower bound
  double auc = 0;
  double auc_lower = 0;  ///< one-sided lower bound
  std::size_t rows = 0;
  std::size_t clusters = 0;
};

/// G3: log loss below the best baseline's by at least `min_skill`, with the lower bound of the
/// improvement above zero in a bootstrap of clusters (account, or deal), and an AUC whose lower
/// bound is above one half: a level that follows a drifting win rate beats a constant one, but does
/// not tell deals apart.
[[nodiscard]] Gate SkillGate(const OutOfTimeSample& sample, const GateThresholds& thresholds,
                             int num_threads, SkillEvidence& evidence);

/// G4: calibration intercept and slope near 0 and 1 (or not distinguishable from them) and the
/// debiased calibration error within the larger of its limit and what exact probabilities stay
/// below in 95 of 100 cases.
[[nodiscard]] Gate CalibrationGate(const OutOfTimeSample& sample, const GateThresholds& thresholds,
                                   int num_threads);

/// One part of the deals, as the champion and the candidate did on it.
struct SegmentDifference {
  std::string segment;  ///< "stage = Proposal"
  std::size_t deals = 0;
  double difference = 0;  ///< mean log loss, candidate minus champion
  double error = 0;       ///< its standard error, clustered
};

/// The candidate's out-of-time probabilities beside the champion's, on rows that both had not seen:
/// those after the champion's cutoff.
struct ChampionSample {
  std::vector<double> label;
  std::vector<double> weight;
  std::vector<std::uint32_t> cluster;
  std::vector<double> candidate;
  std::vector<double> champion;
  std::vector<SegmentDifference> segments;
};

/// G5: no segment of at least 100 deals where the candidate is worse than the champion by more than
/// two standard errors, after Benjamini and Hochberg's correction for how many were looked at.
/// Passes, and says so, without a champion or without enough rows.
[[nodiscard]] Gate SegmentGate(const std::optional<ChampionSample>& sample);

/// G6: log loss above the champion's by less than 0.002, with 95 % confidence (upper end of a
/// two-sided 90 % interval). Passes, and says so, without a champion or without enough rows.
[[nodiscard]] Gate ChampionGate(const std::optional<ChampionSample>& sample,
                                const GateThresholds& thresholds, int num_threads);

/// G7: the same open deals scored by both on the same features move by at most 3 points on average,
/// and at most 2 % of them by more than 15. Passes, and says so, without a champion.
[[nodiscard]] Gate ChurnGate(std::span<const double> champion, std::span<const double> candidate,
                             const GateThresholds& thresholds);

/// G8: reasons add up to the score. `explained` rows were split and checked; `failure` says what
/// went wrong, empty = nothing.
[[nodiscard]] Gate ExplanationGate(std::size_t explained, std::string_view failure);

/// G9: how often the central 80 % interval of the replayed forecasts held the outcome, one forecast
/// per quarter; passes when that number lies within the exact binomial 95 % band around 80 %.
/// Passes, and says so, when nothing was replayed.
[[nodiscard]] Gate CoverageGate(std::size_t covered, std::size_t quarters);

/// G10: a part of the fit, made again on another number of threads, has the same bytes.
[[nodiscard]] Gate ReproducibleGate(bool same_bytes, std::string_view what);

}  // namespace ri::training
