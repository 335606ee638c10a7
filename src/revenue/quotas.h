#pragma once

#include <cstddef>
#include <map>
#include <optional>

#include "book/reporting_amount.h"
#include "data/event_log.h"
#include "domain/fiscal_calendar.h"

namespace ri::revenue {

/// Quotas of a period in major units of the reporting currency.
struct Quotas {
  std::map<std::size_t, double> by_rep;  ///< by rep index; reps that own deals only
  /// Sum of by_rep. A manager's quota contains the team's and would count twice, therefore only
  /// owners of deals count. Empty without quotas.
  std::optional<double> total;
};

/// Quotas known at `as_of` whose period lies inside `period`.
[[nodiscard]] Quotas QuotasOf(const data::EventLog& log, const domain::Period& period,
                              domain::Timestamp as_of, const book::ReportingAmounts& amounts);

}  // namespace ri::revenue
