#pragma once

/// Gates a model has to pass before it may score: each is a question with an answer and the
/// evidence for it. A refusal is a result, not a failure of the program.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
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
  std::vector<double> model;     ///< calibrated probability
  std::vector<double> baseline;  ///< probability of the best baseline
  std::string baseline_name;     ///< "base rate", "win rate by stage"
};

struct GateThresholds {
  std::size_t min_closed = 60;      ///< closed deals in all
  std::size_t min_each_class = 20;  ///< won, and lost
  /// Smallest improvement of log loss, as a share of the baseline's, that is worth serving: below
  /// one percent no ranking and no forecast changes, while reasons would pretend to know something.
  double min_skill = 0.01;
  double confidence = 0.95;       ///< of the one-sided bound on the improvement
  double max_slope_error = 0.15;  ///< |slope - 1|, or 1 inside its interval
  double max_intercept = 0.15;
  double max_calibration_error = 0.02;  ///< or the noise floor, if larger
  int bootstrap_draws = 2000;
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
  std::size_t rows = 0;
  std::size_t clusters = 0;
};

/// G3: log loss below the best baseline's by at least `min_skill`, with the lower bound of the
/// improvement above zero in a bootstrap of clusters (account, or deal).
[[nodiscard]] Gate SkillGate(const OutOfTimeSample& sample, const GateThresholds& thresholds,
                             int num_threads, SkillEvidence& evidence);

/// G4: calibration intercept and slope near 0 and 1 (or not distinguishable from them) and the
/// debiased calibration error within the larger of its limit and its noise floor.
[[nodiscard]] Gate CalibrationGate(const OutOfTimeSample& sample, const GateThresholds& thresholds,
                                   int num_threads);

}  // namespace ri::training
