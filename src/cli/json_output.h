#pragma once

/// The --json documents: one per verb, stable names, numbers unrounded, null for "not available".

#include <string>

#include "domain/fiscal_calendar.h"
#include "service/score_deals.h"

namespace ri::cli {

/// The calendar tells which quarter a deal is counted in.
[[nodiscard]] std::string ToJson(const service::ScoreReport& report,
                                 const domain::FiscalCalendar& calendar);

}  // namespace ri::cli
