#pragma once

/// The --json documents: one per verb, stable names, numbers unrounded, null for "not available".

#include <string>

#include "deals/score_deals.h"
#include "domain/fiscal_calendar.h"

namespace ri::cli {

/// The calendar tells which quarter a deal is counted in.
[[nodiscard]] std::string ToJson(const deals::ScoreReport& report,
                                 const domain::FiscalCalendar& calendar);

}  // namespace ri::cli
