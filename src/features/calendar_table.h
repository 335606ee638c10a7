#pragma once

/// The fiscal calendar day by day, so that a lookup costs no calendar arithmetic.

#include <cstdint>
#include <vector>

#include "domain/fiscal_calendar.h"

namespace ri::features {

struct DayFacts {
  std::int32_t quarter = 0;              ///< equal for days of the same fiscal quarter
  std::int16_t days_to_quarter_end = 0;  ///< to the first day of the next quarter
  std::uint8_t week_of_quarter = 1;
  std::uint8_t quarter_number = 1;
  std::uint8_t month = 1;
  std::uint8_t weekday = 1;  ///< 1 Monday to 7 Sunday
  bool is_month_end = false;
};

class CalendarTable {
 public:
  explicit CalendarTable(const domain::FiscalCalendar& calendar);

  /// Days since 1970-01-01. Any day; only those of 1990 to 2059 are fast.
  [[nodiscard]] DayFacts At(std::int64_t day) const {
    const auto index = static_cast<std::uint64_t>(day - first_day_);
    return index < days_.size() ? days_[index] : Compute(day);
  }

 private:
  [[nodiscard]] DayFacts Compute(std::int64_t day) const;

  domain::FiscalCalendar calendar_;
  std::int64_t first_day_ = 0;
  std::vector<DayFacts> days_;
};

}  // namespace ri::features
