#include "features/calendar_table.h"

#include <chrono>

#include "domain/date.h"

namespace ri::features {
namespace {

DayFacts Describe(domain::Quarter quarter, const domain::Period& period, domain::Date date) {
  const std::chrono::year_month_day day(date);
  const std::chrono::year_month_day next(date + std::chrono::days(1));
  DayFacts facts;
  facts.quarter = quarter.year * 4 + quarter.number;
  facts.days_to_quarter_end = static_cast<std::int16_t>((period.end - date).count());
  facts.week_of_quarter = static_cast<std::uint8_t>((date - period.begin).count() / 7 + 1);
  facts.quarter_number = static_cast<std::uint8_t>(quarter.number);
  facts.month = static_cast<std::uint8_t>(static_cast<unsigned>(day.month()));
  facts.weekday = static_cast<std::uint8_t>(std::chrono::weekday(date).iso_encoding());
  facts.is_month_end = next.month() != day.month();
  return facts;
}

}  // namespace

CalendarTable::CalendarTable(const domain::FiscalCalendar& calendar)
    : calendar_(calendar), first_day_(domain::DayNumber(domain::MakeDate(1990, 1, 1))) {
  const domain::Date end = domain::MakeDate(2060, 1, 1);
  domain::Date date = domain::DateFromDayNumber(first_day_);
  days_.reserve(static_cast<std::size_t>((end - date).count()));
  domain::Quarter quarter = calendar_.QuarterOf(date);
  while (date < end) {
    const domain::Period period = calendar_.PeriodOf(quarter);
    for (; date < period.end && date < end; date += std::chrono::days(1)) {
      days_.push_back(Describe(quarter, period, date));
    }
    quarter = domain::Next(quarter);
  }
}

DayFacts CalendarTable::Compute(std::int64_t day) const {
  const domain::Date date = domain::DateFromDayNumber(day);
  const domain::Quarter quarter = calendar_.QuarterOf(date);
  return Describe(quarter, calendar_.PeriodOf(quarter), date);
}

}  // namespace ri::features
