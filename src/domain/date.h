#pragma once

/// Civil dates for close dates and periods, UTC instants for events. They are different types:
/// a close date has no time of day, an event always has one.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ri::domain {

/// A civil date, counted in days since 1970-01-01.
using Date = std::chrono::sys_days;
/// An instant in UTC, to the millisecond.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// The dates the system accepts from outside: 1900-01-01 to 2199-12-31. Years 0001 and 9999 are
/// what exports write for "none".
[[nodiscard]] bool IsPlausible(Date date);

[[nodiscard]] Date MakeDate(int year, unsigned month, unsigned day);
/// "2026-11-22" and nothing else; empty for another form or a day that does not exist.
[[nodiscard]] std::optional<Date> ParseIsoDate(std::string_view text);
/// "2026-11-22"
[[nodiscard]] std::string FormatDate(Date date);
/// "2026-11-22T06:00:00.000Z"
[[nodiscard]] std::string FormatTimestamp(Timestamp time);
/// Reads "2026-11-22", "2026-11-22T06:00:00Z", with or without seconds, fraction (truncated to
/// milliseconds) and zone ("Z", "+01:00", "+0100", "+01", at most 14 hours); "T" or one blank
/// between date and time. No zone means UTC.
[[nodiscard]] std::optional<Timestamp> ParseIsoTimestamp(std::string_view text);

/// Midnight UTC at the beginning of a date.
[[nodiscard]] inline Timestamp StartOf(Date date) { return Timestamp(date); }
/// The UTC date of an instant.
[[nodiscard]] inline Date DateOf(Timestamp time) {
  return std::chrono::floor<std::chrono::days>(time);
}

[[nodiscard]] inline std::int64_t DayNumber(Date date) { return date.time_since_epoch().count(); }
[[nodiscard]] inline Date DateFromDayNumber(std::int64_t days) {
  return Date(std::chrono::days(days));
}
[[nodiscard]] inline std::int64_t Milliseconds(Timestamp time) {
  return time.time_since_epoch().count();
}
[[nodiscard]] inline Timestamp TimestampFromMilliseconds(std::int64_t ms) {
  return Timestamp(std::chrono::milliseconds(ms));
}

/// Whole days from `from` to `to`, rounded down; negative when `to` is earlier.
[[nodiscard]] std::int64_t DaysBetween(Timestamp from, Timestamp to);

/// The Monday on or before a date: the day snapshots are taken.
[[nodiscard]] Date MondayOnOrBefore(Date date);
/// The Monday on or after a date.
[[nodiscard]] Date MondayOnOrAfter(Date date);

}  // namespace ri::domain
