#pragma once

/// How strongly deals end together, for every forecast made in one quarter.

#include <span>

#include "base/progress.h"
#include "base/result.h"
#include "forecasting/correlation_fit.h"
#include "revenue/forecast_history.h"

namespace ri::revenue {

/// The Monday whose knowledge the common factors of a day are learned from: the first one of the
/// running quarter, before it that of the quarter before. A strength learned anew each day, from
/// snapshots at each day's distance to the end, moves ranges for no deal's sake; quarters that end
/// are the only evidence there is.
[[nodiscard]] domain::Date FactorsLearnedOn(const domain::FiscalCalendar& calendar,
                                            domain::Date today);

/// The same for every day that has the same FactorsLearnedOn and the same model. `published`:
/// deals of past quarters with the chances that were published then; without them past quarters are
/// looked at as they stood at that Monday's distance to their end, with the chances of today's
/// model.
[[nodiscard]] Result<forecasting::CorrelationFit> LearnCommonFactors(
    const ForecastView& view, std::span<const forecasting::Cohort> published,
    const HistoryOptions& history, base::Progress& progress);

}  // namespace ri::revenue
