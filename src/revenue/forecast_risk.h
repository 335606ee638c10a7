#pragma once

#include "revenue/forecast_quarter.h"

namespace ri::revenue {

/// Exact shares of the total's risk, and what each deal does to the chance of the quota.
/// \pre the spectrum is that of the book's total
[[nodiscard]] Result<RiskReport> AttributeQuarter(const ForecastView& view, const QuarterBook& book,
                                                  const forecasting::NodeSpectrum& spectrum,
                                                  const NodeForecast& total);

/// Each deal's loss in a bad tenth, E[X] - E[X | total <= its 10 % quantile], is spread over the
/// groups of reasons that speak against it, in proportion to their log-odds; deals without such a
/// reason count as "nothing in particular". \pre the report is of `deals`' moment
[[nodiscard]] Result<std::vector<ReasonGroupRisk>> RiskByReasons(const book::DealBook& deals,
                                                                 const QuarterBook& book,
                                                                 const RiskReport& risk);

}  // namespace ri::revenue
