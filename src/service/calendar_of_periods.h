#pragma once

/// The fiscal calendar that the periods of an export follow.

#include <optional>

#include "data/event_log.h"
#include "domain/fiscal_calendar.h"

namespace ri::service {

/// The calendar whose quarters are exactly the stored fiscal quarters: months with any first month,
/// or 4-4-5 weeks with a 53rd now and then. Where a company changed its calendar the newest
/// quarters count. Empty without quarters, or when no calendar fits at least the newest four (or
/// all, when there are fewer).
[[nodiscard]] std::optional<domain::FiscalCalendar> CalendarOfPeriods(const data::EventLog& log);

}  // namespace ri::service
