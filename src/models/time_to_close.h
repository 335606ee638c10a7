#pragma once

/// Pooled timing: how long deals of an age take to close, and how much the end of a quarter pulls.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/date.h"
#include "domain/fiscal_calendar.h"
#include "models/close_curve.h"

namespace ri::models {

/// One life of a deal as far as it was observed.
struct TimingRecord {
  enum class End { kOpen, kWon, kLost };
  domain::Date opened{};  ///< age 0
  int entry_age = 0;      ///< days; observed from here on (delayed entry)
  int exit_age = 0;       ///< day of the outcome, or the first day no longer observed
  End end = End::kOpen;
};

/// Where a deal stands when its future is asked for.
struct DealMoment {
  domain::Date as_of{};
  int age_days = 0;  ///< since opening; negative ages count as 0
};

/// Competing risks on days: chance per day to be won (lost) = rate of the age bin, with another
/// factor in the last 7 days of a fiscal quarter. Age bins are weekly to 14 weeks, then 2, 6 and 13
/// weeks long to 104 weeks, then one open bin. Immutable; safe to share between threads.
class TimeToClose {
 public:
  /// Furthest day that curves look ahead.
  static constexpr int kHorizonDays = 728;

  /// Maximum likelihood by alternating bin rates and factors: occurrences over exposure, so that
  /// delayed entry and censoring are handled. Rates are shrunk to their pool with the weight of 2
  /// events, factors to 1 with the weight of 5. Records with exit before entry are ignored.
  /// kRefused when no record has an outcome.
  [[nodiscard]] static Result<TimeToClose> Fit(std::span<const TimingRecord> records,
                                               const domain::FiscalCalendar& calendar);

  /// F_W and F_L from a moment on: cumulative incidences along the calendar, each divided by its
  /// value at the horizon. O(horizon).
  [[nodiscard]] CloseCurve CurveFrom(const DealMoment& moment) const;

  [[nodiscard]] const domain::FiscalCalendar& calendar() const { return calendar_; }
  /// How much more likely a win (a loss) is on a day at the end of a quarter than on another.
  [[nodiscard]] double quarter_end_factor_won() const { return won_factor_; }
  [[nodiscard]] double quarter_end_factor_lost() const { return lost_factor_; }

  [[nodiscard]] std::string ToJson() const;
  [[nodiscard]] static Result<TimeToClose> FromJson(std::string_view json);

  friend bool operator==(const TimeToClose&, const TimeToClose&) = default;

 private:
  explicit TimeToClose(domain::FiscalCalendar calendar) : calendar_(calendar) {}

  domain::FiscalCalendar calendar_;
  std::vector<double> won_rates_;  ///< per age bin, per day outside quarter ends
  std::vector<double> lost_rates_;
  double won_factor_ = 1;
  double lost_factor_ = 1;
};

}  // namespace ri::models
