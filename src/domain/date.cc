#include "domain/date.h"

#include <array>
#include <cstdio>

namespace ri::domain {
namespace {

/// Reads exactly `digits` decimal digits at `at` and advances; empty when there are not that many.
std::optional<int> ReadDigits(std::string_view text, std::size_t& at, int digits) {
  int value = 0;
  for (int i = 0; i < digits; ++i, ++at) {
    if (at >= text.size() || text[at] < '0' || text[at] > '9') {
      return std::nullopt;
    }
    value = value * 10 + (text[at] - '0');
  }
  return value;
}

bool Skip(std::string_view text, std::size_t& at, char character) {
  if (at < text.size() && text[at] == character) {
    ++at;
    return true;
  }
  return false;
}

std::optional<Date> ReadDate(std::string_view text, std::size_t& at) {
  const auto year = ReadDigits(text, at, 4);
  if (!year || !Skip(text, at, '-')) {
    return std::nullopt;
  }
  const auto month = ReadDigits(text, at, 2);
  if (!month || !Skip(text, at, '-')) {
    return std::nullopt;
  }
  const auto day = ReadDigits(text, at, 2);
  if (!day) {
    return std::nullopt;
  }
  const std::chrono::year_month_day civil{std::chrono::year(*year),
                                          std::chrono::month(static_cast<unsigned>(*month)),
                                          std::chrono::day(static_cast<unsigned>(*day))};
  if (!civil.ok()) {
    return std::nullopt;
  }
  return Date(civil);
}

constexpr int kFurthestOffset = 14 * 60;  // minutes; the Line Islands

/// "+01:00", "+0100", "+01" after the sign was seen, as minutes.
std::optional<int> ReadOffset(std::string_view text, std::size_t& at) {
  const auto hours = ReadDigits(text, at, 2);
  std::optional<int> minutes = 0;
  if (at < text.size()) {
    Skip(text, at, ':');
    minutes = ReadDigits(text, at, 2);
  }
  if (!hours || !minutes || *minutes > 59 || *hours * 60 + *minutes > kFurthestOffset) {
    return std::nullopt;
  }
  return *hours * 60 + *minutes;
}

}  // namespace

bool IsPlausible(Date date) {
  return date >= MakeDate(1900, 1, 1) && date <= MakeDate(2199, 12, 31);
}

Date MakeDate(int year, unsigned month, unsigned day) {
  return Date(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day));
}

std::optional<Date> ParseIsoDate(std::string_view text) {
  std::size_t at = 0;
  const auto date = ReadDate(text, at);
  return at == text.size() ? date : std::nullopt;
}

std::string FormatDate(Date date) {
  const std::chrono::year_month_day civil(date);
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02u", static_cast<int>(civil.year()),
                static_cast<unsigned>(civil.month()), static_cast<unsigned>(civil.day()));
  return buffer.data();
}

std::string FormatTimestamp(Timestamp time) {
  const Date date = DateOf(time);
  const std::chrono::hh_mm_ss clock(time - Timestamp(date));
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "T%02d:%02d:%02d.%03dZ",
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return FormatDate(date) + buffer.data();
}

std::optional<Timestamp> ParseIsoTimestamp(std::string_view text) {
  std::size_t at = 0;
  const auto date = ReadDate(text, at);
  if (!date) {
    return std::nullopt;
  }
  if (at == text.size()) {
    return Timestamp(*date);
  }
  if (!Skip(text, at, 'T') && !Skip(text, at, ' ')) {
    return std::nullopt;
  }
  const auto hour = ReadDigits(text, at, 2);
  if (!hour || !Skip(text, at, ':')) {
    return std::nullopt;
  }
  const auto minute = ReadDigits(text, at, 2);
  if (!minute) {
    return std::nullopt;
  }
  int second = 0;
  int millisecond = 0;
  if (Skip(text, at, ':')) {
    const auto read = ReadDigits(text, at, 2);
    if (!read) {
      return std::nullopt;
    }
    second = *read;
    if (Skip(text, at, '.')) {
      int scale = 100;
      const std::size_t begin = at;
      for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10) {
        millisecond += (text[at] - '0') * scale;
      }
      if (at == begin) {
        return std::nullopt;
      }
    }
  }
  if (*hour > 23 || *minute > 59 || second > 60) {
    return std::nullopt;
  }
  int offset_minutes = 0;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
    const int sign = text[at] == '-' ? -1 : 1;
    ++at;
    const auto offset = ReadOffset(text, at);
    if (!offset) {
      return std::nullopt;
    }
    offset_minutes = sign * *offset;
  } else {
    Skip(text, at, 'Z');
  }
  if (at != text.size()) {
    return std::nullopt;
  }
  return Timestamp(*date) + std::chrono::hours(*hour) +
         std::chrono::minutes(*minute - offset_minutes) + std::chrono::seconds(second) +
         std::chrono::milliseconds(millisecond);
}

std::int64_t DaysBetween(Timestamp from, Timestamp to) {
  return std::chrono::floor<std::chrono::days>(to - from).count();
}

Date MondayOnOrBefore(Date date) {
  return date - (std::chrono::weekday(date) - std::chrono::Monday);
}

Date MondayOnOrAfter(Date date) {
  return date + (std::chrono::Monday - std::chrono::weekday(date));
}

}  // namespace ri::domain
