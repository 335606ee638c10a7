#pragma once

/// The forecast as one JSON document: what `revint forecast --json` prints. Money in major units of
/// `currency`, unrounded; null for "not available".

#include <string>

#include "revenue/forecast_quarter.h"

namespace ri::revenue {

[[nodiscard]] std::string ForecastJson(const ForecastReport& report);

}  // namespace ri::revenue
