#pragma once

/// When deals close: pooled over all of them, or by their features. The simpler answer stays unless
/// the richer one would have been better at past moments.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "models/outcome_mixture.h"
#include "models/quarter_calibrator.h"
#include "training/out_of_time.h"

namespace ri::training {

/// What timing says about one timed row.
struct TimedShares {
  double quarter_won = 0;  ///< F_W at the quarter end
  double commit_won = 0;   ///< F_W and F_L after the promised day; 0 where there is none
  double commit_lost = 0;
};

struct TimingChoice {
  bool by_features = false;
  std::string reason;               ///< one sentence with the evidence; empty = nothing to judge
  std::vector<TimedShares> shares;  ///< per timed row, of the timing that was chosen
};

struct TimingOptions {
  std::uint64_t seed = 1;
  int num_threads = 1;
  domain::FiscalCalendar calendar = domain::FiscalCalendar::Monthly();
  std::size_t closed_deals = 0;
  /// Fewer closed deals: pooled timing without asking.
  std::size_t min_closed = 300;
  /// Snapshots that the hazards of one origin learn from.
  std::size_t max_snapshots_at_origins = 4000;
  std::size_t max_snapshots = 12'000;  ///< of the final ones
};

/// Parameters of the hazard heads (and of the head that fills in open deals) for these options.
[[nodiscard]] models::MixtureParameters MixtureParametersOf(const TrainingMatrix& matrix,
                                                            const TimingOptions& options);

/// Outcomes of the given rows as known at a cut. \pre none of them is undated
[[nodiscard]] std::vector<models::SnapshotOutcome> OutcomesAt(const TrainingMatrix& matrix,
                                                              std::span<const std::size_t> rows,
                                                              domain::Timestamp cut);

/// Compares the log loss of "won in the quarter" plus that of "open after the promised day" on the
/// timed rows, with the given calibrated win chances; timing by features must be better by more
/// than one standard error (clustered). Deterministic.
[[nodiscard]] Result<TimingChoice> ChooseTiming(
    const TrainingMatrix& matrix, const EpisodesOfDeals& episodes, std::span<const Origin> origins,
    const OutOfTimeResult& judged, std::span<const double> win, const TimingOptions& options,
    base::Progress& progress);

/// In-quarter calibration with how it would have done.
struct QuarterCalibration {
  models::QuarterCalibrator calibrator;  ///< the identity when it did not help out of time
  std::string reason;
  /// Chance to be won in the quarter per timed row, by a map fitted on earlier origins only, and
  /// the chance to be open after the promised day along the same curve.
  std::vector<double> won_in_quarter;
  std::vector<double> slip;
};

[[nodiscard]] Result<QuarterCalibration> CalibrateQuarter(const TrainingMatrix& matrix,
                                                          const TimedRows& timed,
                                                          std::span<const double> win,
                                                          std::span<const TimedShares> shares);

}  // namespace ri::training
