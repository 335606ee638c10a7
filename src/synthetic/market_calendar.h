#pragma once

/// The weeks of the simulation and how strongly each day of them attracts signatures, refusals and
/// clean-up. Week 0 begins on the Monday on or before the first day of history.

#include <array>
#include <cstdint>
#include <vector>

#include "domain/date.h"
#include "domain/fiscal_calendar.h"

namespace ri::synthetic {

inline constexpr int kDaysPerWeek = 7;

/// A day as a week and a day in it, 0 = Monday.
struct WeekDay {
  int week = 0;
  int day = 0;
};

/// Immutable; safe to share between threads.
class MarketCalendar {
 public:
  /// Covers [begin, end) and the rest of the week of end.
  MarketCalendar(const domain::FiscalCalendar& fiscal, domain::Date begin, domain::Date end);

  [[nodiscard]] int num_weeks() const { return static_cast<int>(weeks_.size()); }
  [[nodiscard]] int num_quarters() const { return static_cast<int>(quarters_.size()); }
  [[nodiscard]] domain::Date Monday(int week) const {
    return first_monday_ + std::chrono::days(kDaysPerWeek * week);
  }
  /// \pre date is not before week 0
  [[nodiscard]] WeekDay Locate(domain::Date date) const;

  /// Index of the quarter that holds the Monday of a week: the quarter whose shock rules it.
  [[nodiscard]] int QuarterOfWeek(int week) const { return weeks_[At(week)].quarter; }
  [[nodiscard]] domain::Period QuarterPeriod(int quarter) const { return quarters_[At(quarter)]; }
  [[nodiscard]] int QuarterOfDate(domain::Date date) const;

  /// Decision weight of the days 0..day of a week together; 1 for a whole ordinary week.
  [[nodiscard]] double DecisionWeight(int week, int day) const {
    return weeks_[At(week)].decision[At(day)];
  }
  /// Clean-up weight of the days 0..day of a week together; 1 for a whole ordinary week.
  [[nodiscard]] double CleanupWeight(int week, int day) const {
    return weeks_[At(week)].cleanup[At(day)];
  }

 private:
  struct Week {
    int quarter = 0;
    std::array<double, kDaysPerWeek> decision{};  ///< cumulative over days
    std::array<double, kDaysPerWeek> cleanup{};
  };
  [[nodiscard]] static std::size_t At(int i) { return static_cast<std::size_t>(i); }

  domain::Date first_monday_;
  std::vector<Week> weeks_;
  std::vector<domain::Period> quarters_;
};

}  // namespace ri::synthetic
