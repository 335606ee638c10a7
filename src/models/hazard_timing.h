#pragma once

/// Timing by boosted hazards: when a deal like this one closes, given that it is won, and given
/// that it is lost. Takes the place of the pooled TimeToClose where there is enough history.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "domain/date.h"
#include "domain/fiscal_calendar.h"
#include "models/close_curve.h"
#include "models/horizon_bins.h"
#include "models/tree_ensemble.h"

namespace ri::models {

/// Columns that follow the encoded row in a person-period row, in this order.
enum class PeriodColumn {
  kEndWeek,  ///< weeks from the as-of date to the end of the bin
  kLengthDays,
  kDaysToQuarterEnd,    ///< from the end of the bin
  kEndsQuarter,         ///< 0 or 1
  kWeekOfQuarter,       ///< of the first day
  kDaysPastCommitment,  ///< end of the bin minus the promised close; NaN without one
};
inline constexpr std::size_t kNumPeriodColumns = 6;
[[nodiscard]] std::vector<std::string> PeriodColumnNames();

/// Two discrete-time hazards on frozen features: the chance to close in a bin, given that the deal
/// is still open at its beginning and how it will end. Immutable; safe to share between threads.
struct HazardTiming {
  TreeEnsemble won;   ///< over encoded columns + kNumPeriodColumns
  TreeEnsemble lost;  ///< the same
  domain::FiscalCalendar calendar = domain::FiscalCalendar::Monthly();
  int horizon_days = 728;  ///< wins later than this count as losses
  /// Encoded column that holds the days to the promised close date, if there is one.
  std::optional<std::size_t> commit_column;

  /// Number of encoded columns. \pre both ensembles fit
  [[nodiscard]] std::size_t num_encoded() const { return won.num_features - kNumPeriodColumns; }

  /// F_W and F_L: one minus the product of (1 - hazard), each divided by its value at the horizon;
  /// within a bin the chance per day is constant. Cost: bins x trees.
  [[nodiscard]] CloseCurve CurveFrom(std::span<const float> encoded, domain::Date as_of) const;
};

/// Writes the encoded row and the period columns of `bin` into `target`.
/// \pre target.size() == encoded.size() + kNumPeriodColumns
void FillPersonPeriod(std::span<const float> encoded, const HorizonBin& bin,
                      std::optional<std::size_t> commit_column, std::span<float> target);

}  // namespace ri::models
