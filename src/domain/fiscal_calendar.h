#pragma once

/// Fiscal quarters. The first quarter may begin in any month; 4-4-5 years are weeks-based.

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "domain/date.h"

namespace ri::domain {

/// A fiscal quarter such as 2026Q4. The year is the calendar year in which the fiscal year ends.
struct Quarter {
  int year = 0;
  int number = 1;  ///< 1 to 4

  friend auto operator<=>(const Quarter&, const Quarter&) = default;
};

/// Half-open range of dates [begin, end).
struct Period {
  Date begin;
  Date end;
  [[nodiscard]] bool Contains(Date date) const { return date >= begin && date < end; }
  friend bool operator==(const Period&, const Period&) = default;
};

/// "2026Q4" (any case, an optional "-" or blank before Q); empty for anything else.
[[nodiscard]] std::optional<Quarter> ParseQuarter(std::string_view text);
[[nodiscard]] std::string FormatQuarter(Quarter quarter);
[[nodiscard]] Quarter Next(Quarter quarter);
[[nodiscard]] Quarter Previous(Quarter quarter);

/// Maps dates to fiscal quarters and back. Immutable; safe to share between threads.
class FiscalCalendar {
 public:
  /// Calendar months; `first_month` 1..12 begins the fiscal year (1 = calendar year).
  [[nodiscard]] static FiscalCalendar Monthly(unsigned first_month = 1);
  /// 4-4-5 weeks: quarters of 13 weeks; the year ends on the last `end_weekday` of `end_month`,
  /// so that every fifth or sixth year has a 53rd week, in its last quarter.
  [[nodiscard]] static FiscalCalendar FourFourFive(unsigned end_month,
                                                   std::chrono::weekday end_weekday);

  [[nodiscard]] Quarter QuarterOf(Date date) const;
  [[nodiscard]] Period PeriodOf(Quarter quarter) const;
  /// Day after the last day of the quarter of `date`.
  [[nodiscard]] Date QuarterEnd(Date date) const { return PeriodOf(QuarterOf(date)).end; }
  /// Weeks since the quarter began, from 1.
  [[nodiscard]] int WeekOfQuarter(Date date) const;
  /// Stable text for manifests: "monthly:1", "445:1:6".
  [[nodiscard]] std::string Describe() const;
  [[nodiscard]] static std::optional<FiscalCalendar> FromDescription(std::string_view text);

  friend bool operator==(const FiscalCalendar&, const FiscalCalendar&) = default;

 private:
  enum class Kind { kMonthly, kFourFourFive };
  FiscalCalendar(Kind kind, unsigned month, unsigned weekday)
      : kind_(kind), month_(month), weekday_(weekday) {}
  [[nodiscard]] Date YearBegin(int fiscal_year) const;

  Kind kind_;
  unsigned month_;
  unsigned weekday_;  ///< C encoding, 0 = Sunday; 4-4-5 only
};

}  // namespace ri::domain
