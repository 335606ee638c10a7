#include "domain/fiscal_calendar.h"

#include <charconv>

#include "base/assertion.h"

namespace ri::domain {
namespace {

int ReadInt(std::string_view text) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : -1;
}

}  // namespace

std::optional<Quarter> ParseQuarter(std::string_view text) {
  if (text.size() < 6 || text.size() > 7) {
    return std::nullopt;
  }
  const char mark = text[text.size() - 2];
  if ((mark != 'Q' && mark != 'q') || (text.size() == 7 && text[4] != '-' && text[4] != ' ')) {
    return std::nullopt;
  }
  const int year = ReadInt(text.substr(0, 4));
  const int number = text.back() - '0';
  if (year < 1900 || year > 2199 || number < 1 || number > 4) {
    return std::nullopt;
  }
  return Quarter{year, number};
}

std::string FormatQuarter(Quarter quarter) {
  return std::to_string(quarter.year) + "Q" + std::to_string(quarter.number);
}

Quarter Next(Quarter quarter) {
  return quarter.number == 4 ? Quarter{quarter.year + 1, 1}
                             : Quarter{quarter.year, quarter.number + 1};
}

Quarter Previous(Quarter quarter) {
  return quarter.number == 1 ? Quarter{quarter.year - 1, 4}
                             : Quarter{quarter.year, quarter.number - 1};
}

FiscalCalendar FiscalCalendar::Monthly(unsigned first_month) {
  RI_ASSERT(first_month >= 1 && first_month <= 12);
  return {Kind::kMonthly, first_month, 0};
}

FiscalCalendar FiscalCalendar::FourFourFive(unsigned end_month, std::chrono::weekday end_weekday) {
  RI_ASSERT(end_month >= 1 && end_month <= 12);
  return {Kind::kFourFourFive, end_month, end_weekday.c_encoding()};
}

Date FiscalCalendar::YearBegin(int fiscal_year) const {
  if (kind_ == Kind::kMonthly) {
    // A fiscal year that begins in January ends in the same calendar year; all others began the
    // year before.
    return MakeDate(month_ == 1 ? fiscal_year : fiscal_year - 1, month_, 1);
  }
  // The day after the last given weekday of the end month of the year before.
  const Date year_end(std::chrono::year(fiscal_year - 1) / std::chrono::month(month_) /
                      std::chrono::weekday(weekday_)[std::chrono::last]);
  return year_end + std::chrono::days(1);
}

Quarter FiscalCalendar::QuarterOf(Date date) const {
  int year = static_cast<int>(std::chrono::year_month_day(date).year()) + 1;
  while (date < YearBegin(year)) {
    --year;
  }
  for (int number = 1; number <= 4; ++number) {
    if (PeriodOf({year, number}).Contains(date)) {
      return {year, number};
    }
  }
  RI_ASSERT(false);
  return {};
}

Period FiscalCalendar::PeriodOf(Quarter quarter) const {
  const Date begin = YearBegin(quarter.year);
  if (kind_ == Kind::kMonthly) {
    const std::chrono::year_month_day first(begin);
    const auto month_at = [&](int months) {
      return Date(first.year() / first.month() / std::chrono::day(1) + std::chrono::months(months));
    };
    return {month_at(3 * (quarter.number - 1)), month_at(3 * quarter.number)};
  }
  constexpr std::chrono::days kQuarter = std::chrono::weeks(13);
  const Date end =
      quarter.number == 4 ? YearBegin(quarter.year + 1) : begin + kQuarter * quarter.number;
  return {begin + kQuarter * (quarter.number - 1), end};
}

int FiscalCalendar::WeekOfQuarter(Date date) const {
  const Period period = PeriodOf(QuarterOf(date));
  return static_cast<int>((date - period.begin).count() / 7) + 1;
}

std::string FiscalCalendar::Describe() const {
  if (kind_ == Kind::kMonthly) {
    return "monthly:" + std::to_string(month_);
  }
  return "445:" + std::to_string(month_) + ":" + std::to_string(weekday_);
}

std::optional<FiscalCalendar> FiscalCalendar::FromDescription(std::string_view text) {
  if (text.starts_with("monthly:")) {
    const int month = ReadInt(text.substr(8));
    return month >= 1 && month <= 12 ? std::optional(Monthly(static_cast<unsigned>(month)))
                                     : std::nullopt;
  }
  if (text.starts_with("445:")) {
    const std::size_t colon = text.find(':', 4);
    if (colon == std::string_view::npos) {
      return std::nullopt;
    }
    const int month = ReadInt(text.substr(4, colon - 4));
    const int weekday = ReadInt(text.substr(colon + 1));
    if (month < 1 || month > 12 || weekday < 0 || weekday > 6) {
      return std::nullopt;
    }
    return FourFourFive(static_cast<unsigned>(month),
                        std::chrono::weekday(static_cast<unsigned>(weekday)));
  }
  return std::nullopt;
}

}  // namespace ri::domain
