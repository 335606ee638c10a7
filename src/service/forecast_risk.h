#pragma once

#include "service/forecast_quarter.h"

namespace ri::service {

/// Exact shares of the total's risk, and what each deal does to the chance of the quota.
/// \pre the spectrum is that of the book's total
[[nodiscard]] Result<RiskReport> AttributeQuarter(const ForecastView& view, const QuarterBook& book,
                                                  const forecasting::NodeSpectrum& spectrum,
                                                  const NodeForecast& total);

}  // namespace ri::service
