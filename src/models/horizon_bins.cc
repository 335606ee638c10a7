#include "models/horizon_bins.h"

#include <algorithm>
#include <set>

#include "base/assertion.h"

namespace ri::models {

std::size_t StepOf(int day) {
  return static_cast<std::size_t>(
             std::upper_bound(kStepStarts.begin(), kStepStarts.end(), std::max(day, 0)) -
             kStepStarts.begin()) -
         1;
}

std::vector<HorizonBin> HorizonBins(domain::Date as_of, const domain::FiscalCalendar& calendar,
                                    int horizon) {
  RI_ASSERT(horizon > 0);
  const auto quarter_end_after = [&](int day) {
    const domain::Date date = as_of + std::chrono::days(day);
    return static_cast<int>((calendar.QuarterEnd(date) - as_of).count());
  };
  std::set<int> cuts = {horizon};
  for (const int start : kStepStarts) {
    if (start < horizon) {
      cuts.insert(start);
    }
  }
  for (int end = quarter_end_after(0); end < horizon; end = quarter_end_after(end)) {
    const std::size_t step = StepOf(end - 1);
    const bool weekly =
        step + 1 < kStepStarts.size() && kStepStarts[step + 1] - kStepStarts[step] <= 7;
    cuts.insert(end);
    if (!weekly) {
      cuts.insert(end - 7);
    }
  }
  std::vector<HorizonBin> bins;
  for (auto cut = cuts.begin(); std::next(cut) != cuts.end(); ++cut) {
    HorizonBin bin{*cut, *std::next(cut), 0, 1};
    // A quarter ends with the day before the first of the next one.
    bin.days_to_quarter_end = quarter_end_after(bin.end - 1) - bin.end;
    bin.week_of_quarter = calendar.WeekOfQuarter(as_of + std::chrono::days(bin.begin));
    bins.push_back(bin);
  }
  return bins;
}

}  // namespace ri::models
