// Dates, instants, quarters, calendars and amounts as text from outside: whatever is accepted must
// survive being written and read again.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "base/assertion.h"
#include "domain/date.h"
#include "domain/fiscal_calendar.h"
#include "domain/money.h"

namespace {

using namespace ri::domain;  // NOLINT(google-build-using-namespace): this file is about one area

void CheckDate(std::string_view text) {
  if (const auto date = ParseIsoDate(text)) {
    RI_ASSERT(FormatDate(*date) == text);
    RI_ASSERT(MondayOnOrBefore(*date) <= *date && *date <= MondayOnOrAfter(*date));
  }
  if (const auto time = ParseIsoTimestamp(text); time && IsPlausible(DateOf(*time))) {
    RI_ASSERT(ParseIsoTimestamp(FormatTimestamp(*time)) == time);
  }
}

void CheckQuarter(std::string_view text) {
  const auto quarter = ParseQuarter(text);
  if (!quarter) {
    return;
  }
  RI_ASSERT(ParseQuarter(FormatQuarter(*quarter)) == quarter);
  RI_ASSERT(Next(Previous(*quarter)) == *quarter);
}

void CheckCalendar(std::string_view text) {
  const auto calendar = FiscalCalendar::FromDescription(text);
  if (!calendar) {
    return;
  }
  RI_ASSERT(FiscalCalendar::FromDescription(calendar->Describe()) == calendar);
  const Date date = MakeDate(2026, 11, 23);
  RI_ASSERT(calendar->PeriodOf(calendar->QuarterOf(date)).Contains(date));
}

void CheckAmount(std::string_view text, int minor_digits) {
  if (const auto amount = ParseMinorUnits(text, minor_digits)) {
    RI_ASSERT(std::llabs(*amount) <= kLargestPlausibleMinorUnits);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // std::string_view of the bytes as they are: no terminator, any byte.
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckDate(text);
  CheckQuarter(text);
  CheckCalendar(text);
  for (const int minor_digits : {0, 2, 3}) {
    CheckAmount(text, minor_digits);
  }
  return 0;
}
