#include "service/calendar_of_periods.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "service/organisation.h"

namespace ri::service {
namespace {

using data::EntityKind;

constexpr std::size_t kEnough = 4;

struct StoredQuarter {
  domain::Period period;
  std::optional<int> number;  ///< within its fiscal year
};

std::vector<StoredQuarter> StoredQuarters(const data::EventLog& log) {
  const domain::Timestamp end = domain::StartOf(domain::MakeDate(2199, 1, 1));
  std::vector<StoredQuarter> quarters;
  for (std::size_t i = 0; i < log.count(EntityKind::kFiscalPeriod); ++i) {
    const auto value = [&](std::string_view attribute) {
      return LatestValue(log, EntityKind::kFiscalPeriod, i, attribute, end);
    };
    const auto type = value(data::attribute::kPeriodType);
    const auto first = value(data::attribute::kPeriodBegin);
    const auto last = value(data::attribute::kPeriodEnd);
    if (type && first && last && log.symbols()[static_cast<std::size_t>(*type)] == "Quarter") {
      StoredQuarter& quarter = quarters.emplace_back();
      quarter.period = {domain::DateFromDayNumber(*first), domain::DateFromDayNumber(*last)};
      if (const auto number = value(data::attribute::kPeriodNumber)) {
        quarter.number = static_cast<int>(std::bit_cast<double>(*number));
      }
    }
  }
  std::ranges::sort(quarters, {}, [](const StoredQuarter& each) { return each.period.begin; });
  return quarters;
}

}  // namespace

std::optional<domain::FiscalCalendar> CalendarOfPeriods(const data::EventLog& log) {
  const std::vector<StoredQuarter> quarters = StoredQuarters(log);
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
