#include "service/calendar_of_periods.h"

#include <algorithm>
#include <vector>

namespace ri::service {
namespace {

constexpr std::size_t kEnough = 4;

struct StoredQuarter {
  domain::Period period;
  std::optional<int> number;  ///< within its fiscal year
};

std::vector<StoredQuarter> Sorted(std::span<const ingest::FiscalQuarter> given) {
  std::vector<StoredQuarter> quarters;
  for (const ingest::FiscalQuarter& each : given) {
    quarters.push_back(
        {.period = {domain::DateFromDayNumber(each.begin), domain::DateFromDayNumber(each.end)},
         .number = each.number});
  }
  std::ranges::sort(quarters, {}, [](const StoredQuarter& each) { return each.period.begin; });
  return quarters;
}

}  // namespace

std::optional<domain::FiscalCalendar> CalendarOfPeriods(
    std::span<const ingest::FiscalQuarter> given) {
  const std::vector<StoredQuarter> quarters = Sorted(given);
  std::vector<domain::FiscalCalendar> candidates;
  for (unsigned month = 1; month <= 12; ++month) {
    candidates.push_back(domain::FiscalCalendar::Monthly(month));
  }
  for (unsigned month = 1; month <= 12; ++month) {
    for (unsigned day = 0; day < 7; ++day) {
      candidates.push_back(domain::FiscalCalendar::FourFourFive(month, std::chrono::weekday(day)));
    }
  }
  std::size_t best = 0;
  std::optional<domain::FiscalCalendar> found;
  for (const domain::FiscalCalendar& candidate : candidates) {
    std::size_t fits = 0;  // newest quarters in a row
    for (auto quarter = quarters.rbegin(); quarter != quarters.rend(); ++quarter) {
      const domain::Quarter named = candidate.QuarterOf(quarter->period.begin);
      if (candidate.PeriodOf(named) != quarter->period ||
          quarter->number.value_or(named.number) != named.number) {
        break;
      }
      ++fits;
    }
    if (fits > best) {
      best = fits;
      found = candidate;
    }
  }
  return best >= std::min(kEnough, quarters.size()) && best > 0 ? found : std::nullopt;
}

}  // namespace ri::service
