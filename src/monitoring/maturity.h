#pragma once

/// What was said against what came, for cohorts old enough to be judged.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "domain/date.h"

namespace ri::monitoring {

struct PastForecast {
  domain::Date scored_on{};
  double chance = 0;  ///< of winning, in [0, 1]
  /// Day by which nine of ten such deals have ended; the deal counts from then on.
  domain::Date mature_on{};
  bool ended = false;
  bool won = false;
  std::uint32_t cluster = 0;  ///< deal or account: rows of one cluster are not independent
};

/// Forecasts made in one month.
struct MaturityCohort {
  domain::Date month{};  ///< its first day
  std::size_t forecasts = 0;
  std::size_t mature = 0;    ///< past their day
  std::size_t open = 0;      ///< mature, yet still open: counted as not won
  double expected_wins = 0;  ///< among the mature
  double won = 0;
  /// (won - expected) / standard deviation under the forecasts; 0 without mature rows.
  double z = 0;
  double log_loss = 0, expected_log_loss = 0;  ///< of the mature; NaN without
};

/// By month, oldest first. Rows of a cluster are taken as fully dependent for z, which errs to the
/// side of silence. O(n log n).
[[nodiscard]] std::vector<MaturityCohort> JudgeCohorts(std::span<const PastForecast> forecasts,
                                                       domain::Date today);

}  // namespace ri::monitoring
