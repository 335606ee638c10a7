#pragma once

/// Numbers as people read them on a terminal. Rounding happens here and nowhere below.

#include <optional>
#include <string>

#include "domain/date.h"

namespace ri::cli {

/// "34 %", "<1 %", ">99 %"; "-" for NaN. Shown probabilities never claim certainty.
[[nodiscard]] std::string FormatPercent(double probability);
/// "34-46 %"; "-" when either end is NaN.
[[nodiscard]] std::string FormatPercentRange(double low, double high);
/// "+4.2" percentage points.
[[nodiscard]] std::string FormatPoints(double points);
/// "1,234,568" rounded to whole units.
[[nodiscard]] std::string FormatWhole(double amount);
/// "2026-11-16" or "-".
[[nodiscard]] std::string FormatOptionalDate(const std::optional<domain::Date>& date);
/// "2026-11-16" for midnight, with the time otherwise.
[[nodiscard]] std::string FormatMoment(domain::Timestamp moment);

}  // namespace ri::cli
