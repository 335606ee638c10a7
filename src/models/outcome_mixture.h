#pragma once

/// Joint training of "whether" and "when": the Larson-Dinse mixture. A deal still open at the cut
/// is won with some weight and lost with the rest; expectation-maximisation alternates these
/// weights with the three heads. Source: Larson and Dinse 1985; Ng and McLachlan 2003.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/matrix.h"
#include "base/progress.h"
#include "base/result.h"
#include "domain/date.h"
#include "domain/fiscal_calendar.h"
#include "models/booster.h"
#include "models/hazard_timing.h"

namespace ri::models {

/// One snapshot and what became of it by the training cut.
struct SnapshotOutcome {
  enum class End { kOpen, kWon, kLost };
  domain::Date as_of{};
  End end = End::kOpen;
  /// Days from as_of to the day of the outcome (0 = the same day), or, while open, the number of
  /// days that were seen without one.
  int days = 0;
  std::uint32_t deal = 0;
};

struct MixtureParameters {
  BoosterParameters win;     ///< head "won, whenever"; monotone signs for the encoded columns
  BoosterParameters timing;  ///< both hazard heads; monotone must be empty
  domain::FiscalCalendar calendar = domain::FiscalCalendar::Monthly();
  std::optional<std::size_t> commit_column;
  int max_steps = 3;
  /// Where the weights of open snapshots start: one entry per snapshot, read for open ones only;
  /// empty = 0.3 each. With good ones a single step is enough.
  std::span<const double> start_weights;
  /// Only fit the hazards once, with the start weights, which stay.
  bool only_timing = false;
  /// Snapshots used for the hazard heads; more are thinned by a coin per (deal, as_of).
  std::size_t max_timing_snapshots = 50'000;
  /// For the two hazards beside each other and for the weights; does not change the result.
  int num_threads = 1;
};

struct FittedMixture {
  HazardTiming timing;
  /// Per snapshot: 1 for won, 0 for lost, the chance to be won for open ones. Soft labels for the
  /// final (bagged) first head.
  std::vector<double> win_weights;
  std::vector<double> mean_open_weight;  ///< after each step; empty without open snapshots
  /// Share of snapshots whose end is known; below a quarter the split between never and late is
  /// mostly assumption, and the caller should say so.
  double matured = 0;
};

/// Trains on snapshots with encoded `rows`, one outcome each; `weights` is empty or one each.
/// Outcomes later than the horizon (104 weeks, or less where 1.5 times the 99 % quantile of days to
/// a win is shorter, but at least 26 weeks) count as losses at the horizon, open snapshots seen
/// that long as lost. Stops after max_steps or when the mean weight of open snapshots moves by less
/// than 0.002. Deterministic. kRefused without a win or without a loss; otherwise the errors of
/// TrainBooster.
[[nodiscard]] Result<FittedMixture> FitMixture(base::MatrixView<const float> rows,
                                               std::span<const SnapshotOutcome> outcomes,
                                               std::span<const double> weights,
                                               const MixtureParameters& parameters,
                                               base::Progress& progress);

}  // namespace ri::models
