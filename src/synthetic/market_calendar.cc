#include "synthetic/market_calendar.h"

#include <algorithm>

#include "base/assertion.h"

namespace ri::synthetic {
namespace {

constexpr double kWeekdayShare = 0.2;
constexpr double kWeekendShare = 0.01;

bool IsWeekend(domain::Date date) {
  const unsigned weekday = std::chrono::weekday(date).iso_encoding();
  return weekday >= 6;
}

/// The last working day of a quarter collects what the quarter still wants.
domain::Date LastWorkingDay(const domain::Period& quarter) {
  domain::Date day = quarter.end - std::chrono::days(1);
  while (IsWeekend(day)) {
    day -= std::chrono::days(1);
  }
  return day;
}

/// Buyers sign when sellers push: little at the beginning of a quarter, more in its last two
/// weeks, most on its last working day.
double DecisionMultiplier(domain::Date date, const domain::Period& quarter) {
  const domain::Date last = LastWorkingDay(quarter);
  if (date == last) {
    return 20.0;
  }
  const auto left = (last - date).count();
  if (left < 0) {
    return 2.0;  // a weekend after the last working day
  }
  if (left <= 6) {
    return 3.0;
  }
  if (left <= 13) {
    return 1.8;
  }
  const auto since = (date - quarter.begin).count();
  return since < 21 ? 0.6 : 0.9;
}

}  // namespace

MarketCalendar::MarketCalendar(const domain::FiscalCalendar& fiscal, domain::Date begin,
                               domain::Date end)
    : first_monday_(domain::MondayOnOrBefore(begin)) {
  RI_ASSERT(begin < end);
  const auto days = (end - first_monday_).count();
  const auto num_weeks = static_cast<std::size_t>((days + kDaysPerWeek - 1) / kDaysPerWeek);
  domain::Quarter quarter = fiscal.QuarterOf(first_monday_);
  quarters_.push_back(fiscal.PeriodOf(quarter));
  weeks_.resize(num_weeks);
  for (std::size_t w = 0; w < num_weeks; ++w) {
    Week& week = weeks_[w];
    double decision = 0;
    double cleanup = 0;
    bool holds_quarter_end = false;
    for (int day = 0; day < kDaysPerWeek; ++day) {
      const domain::Date date = Monday(static_cast<int>(w)) + std::chrono::days(day);
      while (date >= quarters_.back().end) {
        quarter = Next(quarter);
        quarters_.push_back(fiscal.PeriodOf(quarter));
      }
      if (day == 0) {
        week.quarter = static_cast<int>(quarters_.size()) - 1;
      }
      holds_quarter_end |= date + std::chrono::days(1) == quarters_.back().end;
      const double share = IsWeekend(date) ? kWeekendShare : kWeekdayShare;
      decision += share * DecisionMultiplier(date, quarters_.back());
      cleanup += share;
      week.decision[At(day)] = decision;
      week.cleanup[At(day)] = cleanup;
    }
    if (holds_quarter_end) {
      // Managers ask for a tidy pipeline: 10 % a week becomes 35 % in this one (odds 4.85 times).
      constexpr double kQuarterEndCleanup = (0.35 / 0.65) / (0.10 / 0.90);
      for (double& weight : week.cleanup) {
        weight *= kQuarterEndCleanup;
      }
    }
  }
}

WeekDay MarketCalendar::Locate(domain::Date date) const {
  const auto days = (date - first_monday_).count();
  RI_ASSERT(days >= 0);
  return {static_cast<int>(days / kDaysPerWeek), static_cast<int>(days % kDaysPerWeek)};
}

int MarketCalendar::QuarterOfDate(domain::Date date) const {
  const auto after = std::upper_bound(
      quarters_.begin(), quarters_.end(), date,
      [](domain::Date value, const domain::Period& period) { return value < period.end; });
  RI_ASSERT(after != quarters_.end());
  return static_cast<int>(after - quarters_.begin());
}

}  // namespace ri::synthetic
