// One cell of an export, read as every kind of value: accepted values are within the promised
// range, refusals have a reason.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/assertion.h"
#include "domain/date.h"
#include "domain/money.h"
#include "ingest/date_parser.h"
#include "ingest/value_parser.h"

namespace {

using ri::ingest::DateOrder;
using ri::ingest::DecimalMark;

template <typename Parsed>
bool Accepted(const Parsed& parsed) {
  RI_ASSERT(parsed.has_value() || !parsed.error().empty());
  return parsed.has_value();
}

void CheckInstant(std::string_view text, DateOrder order) {
  const auto instant = ri::ingest::ParseInstant(text, order);
  if (Accepted(instant)) {
    const auto time = ri::domain::TimestampFromMilliseconds(instant->milliseconds);
    // A zone may move an instant over the border of the accepted years.
    const auto date = ri::domain::DateOf(time);
    RI_ASSERT(ri::domain::IsPlausible(date + std::chrono::days(2)) ||
              ri::domain::IsPlausible(date - std::chrono::days(2)));
  }
}

void CheckNumber(std::string_view text, DecimalMark mark) {
  const auto number = ri::ingest::ParseNumber(text, mark);
  if (Accepted(number)) {
    RI_ASSERT(std::isfinite(*number));
  }
  for (const int minor_digits : {0, 2, 3}) {
    const auto amount = ri::ingest::ParseAmount(text, minor_digits, mark);
    if (Accepted(amount)) {
      RI_ASSERT(std::llabs(*amount) <= ri::domain::kLargestPlausibleMinorUnits);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto order : {DateOrder::kUnknown, DateOrder::kMonthFirst, DateOrder::kDayFirst}) {
    CheckInstant(text, order);
  }
  for (const auto mark : {DecimalMark::kInferred, DecimalMark::kPoint, DecimalMark::kComma}) {
    CheckNumber(text, mark);
  }
  Accepted(ri::ingest::ParseFlag(text));
  ri::ingest::DateOrderEvidence evidence;
  ri::ingest::CountDateOrder(text, evidence);
  return 0;
}
