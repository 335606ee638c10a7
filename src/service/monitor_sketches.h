#pragma once

/// Every Monday's open deals as sketches, replayed from the event log.

#include "base/progress.h"
#include "base/result.h"
#include "book/workspace.h"
#include "domain/fiscal_calendar.h"
#include "monitoring/sketch_history.h"

namespace ri::service {

/// The quarter and week of a day as sketches are keyed.
[[nodiscard]] monitoring::WeekKey WeekKeyOf(const domain::FiscalCalendar& calendar,
                                            domain::Date day);

/// False for features that say what day it is, who owns the deal, or what other deals have taught:
/// they move with every week, every hire and every outcome, without any deal being different.
[[nodiscard]] bool DescribesTheDeal(const features::FeatureDefinition& feature);

/// Sketches of all Mondays of the last kQuartersKept quarters up to `as_of`, of the features that
/// describe the deal. Cuts come from an even sample of the deals of all quarters but the running
/// one (of all when there is none before it). One quarter's rows are in memory at a time.
/// kCancelled.
[[nodiscard]] Result<monitoring::SketchHistory> SketchMondays(
    const book::Knowledge& knowledge, const domain::FiscalCalendar& calendar, domain::Date as_of,
    int num_threads, base::Progress& progress);

}  // namespace ri::service
