#pragma once

/// What the team counts on in a quarter and may not get.

#include "book/scored_deal.h"
#include "domain/fiscal_calendar.h"

namespace ri::book {

/// Whether the team counts the deal in the quarter of its moment: forecast category Commit, with a
/// commit date up to the quarter's last day (a date that has passed counts too).
[[nodiscard]] bool CountedInQuarter(const ScoredDeal& deal, const domain::FiscalCalendar& calendar);

/// amount x (1 - chance to be won by the quarter's end) of a counted deal, in the unit of `amount`:
/// the team counts it as won. Over all counted deals it adds up to the gap between what was
/// committed and what is to be expected of it. NaN for deals nobody counts on, without an amount
/// or without that chance.
[[nodiscard]] double QuarterValueAtRisk(const ScoredDeal& deal, double amount,
                                        const domain::FiscalCalendar& calendar);

}  // namespace ri::book
