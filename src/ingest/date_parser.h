#pragma once

/// Dates and instants in the forms that exports use.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "ingest/value_parser.h"

namespace ri::ingest {

/// What "03/04/2024" means.
enum class DateOrder {
  kUnknown,     ///< decided by each value alone; refused when both readings are possible
  kMonthFirst,  ///< March 4
  kDayFirst,    ///< 3 April
};

struct Instant {
  std::int64_t milliseconds = 0;  ///< since 1970-01-01 UTC; midnight for a date
  bool has_time = false;

  friend bool operator==(const Instant&, const Instant&) = default;
};

/// Reads ISO 8601 with or without zone, yyyy/MM/dd, yyyyMMdd, MM/dd/yyyy and dd/MM/yyyy (also with
/// "." or "-"; two-digit years are 1970 to 2069), "5-Jan-2024", "Jan 5, 2024", a time of day with
/// AM/PM and a zone ("Z", "+01:00", "UTC", "PST", "CET" and their like), Excel serial dates (1900
/// system, 1927 to 2199) and seconds or milliseconds since 1970. No zone means UTC.
///
/// Refused: days that do not exist, and years outside 1900 to 2199 (0001 and 9999 stand for
/// "none").
[[nodiscard]] Parsed<Instant> ParseInstant(std::string_view text,
                                           DateOrder order = DateOrder::kUnknown);

/// What a column says about the order of its dates.
struct DateOrderEvidence {
  DateOrder order = DateOrder::kUnknown;  ///< of the majority
  std::int64_t month_first = 0;           ///< values that can only be month first
  std::int64_t day_first = 0;
  std::int64_t ambiguous = 0;  ///< values that can be both
  std::string example;         ///< an ambiguous value
};

/// Adds one value of a column; texts that are no d/m/y dates do not count.
void CountDateOrder(std::string_view text, DateOrderEvidence& evidence);

}  // namespace ri::ingest
