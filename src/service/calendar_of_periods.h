#pragma once

/// The fiscal calendar that the periods of an export follow.

#include <optional>
#include <span>

#include "domain/fiscal_calendar.h"
#include "ingest/import_report.h"

namespace ri::service {

/// The calendar whose quarters are exactly the given fiscal quarters: months with any first month,
/// or 4-4-5 weeks with a 53rd now and then. Where a company changed its calendar the newest
/// quarters count. Empty without quarters, or when no calendar fits at least the newest four (or
/// all, when there are fewer).
[[nodiscard]] std::optional<domain::FiscalCalendar> CalendarOfPeriods(
    std::span<const ingest::FiscalQuarter> given);

}  // namespace ri::service
