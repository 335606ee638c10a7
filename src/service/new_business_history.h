#pragma once

/// Deals that will be created and won later in the period, judged by the same part of past periods.

#include <optional>
#include <string>
#include <vector>

#include "domain/fiscal_calendar.h"
#include "forecasting/forecast_book.h"
#include "service/reporting_amount.h"
#include "service/workspace.h"

namespace ri::service {

struct NewBusinessHistory {
  /// Empty when no past period shows any, or the period is over.
  std::optional<forecasting::NewBusiness> business;
  /// Mean amount of won deals known at the moment; 0 without any. Stands in for missing amounts.
  double typical_amount = 0;
  std::vector<std::string> notes;
};

/// Counts, in up to eight past quarters that are over at `as_of`, the deals that entered the
/// pipeline after the same day of the quarter and were won before its end.
[[nodiscard]] NewBusinessHistory CollectNewBusiness(const Knowledge& knowledge,
                                                    const domain::FiscalCalendar& calendar,
                                                    const domain::Period& period,
                                                    domain::Timestamp as_of,
                                                    const ReportingAmounts& amounts,
                                                    int num_threads);

}  // namespace ri::service
