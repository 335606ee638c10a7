#pragma once

/// Steps in which the future (or the age) of a deal is counted: fine at first, coarse later.

#include <array>
#include <vector>

#include "domain/date.h"
#include "domain/fiscal_calendar.h"

namespace ri::models {

/// First day of each step: weekly to 14 weeks, then 2 weeks to 28, 6 weeks to 52, 13 weeks to 104,
/// and one open step from there.
inline constexpr auto kStepStarts = [] {
  std::array<int, 30> starts{};
  std::size_t k = 0;
  int week = 0;
  for (const auto& [until, step] : {std::pair{14, 1}, {28, 2}, {52, 6}, {105, 13}}) {
    for (; week < until; week += step) {
      starts[k++] = 7 * week;
    }
  }
  return starts;
}();
static_assert(kStepStarts.back() == 7 * 104);

/// Index of the step that holds a day; negative days count as 0.
[[nodiscard]] std::size_t StepOf(int day);

/// Half-open range of days from an as-of date.
struct HorizonBin {
  int begin = 0;
  int end = 0;
  int days_to_quarter_end = 0;  ///< from `end` to the next quarter end; 0 when it ends with one
  int week_of_quarter = 1;      ///< of the first day

  [[nodiscard]] int length() const { return end - begin; }
  [[nodiscard]] bool ends_quarter() const { return days_to_quarter_end == 0; }
};

/// The bins of [0, horizon) after `as_of`: steps cut at every fiscal quarter end, and those longer
/// than a week also 7 days before it, so that the rush of closings has bins of its own.
[[nodiscard]] std::vector<HorizonBin> HorizonBins(domain::Date as_of,
                                                  const domain::FiscalCalendar& calendar,
                                                  int horizon);

}  // namespace ri::models
