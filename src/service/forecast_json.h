#pragma once

/// The forecast as one JSON document: what `revint forecast --json` prints. Money in major units of
/// `currency`, unrounded; null for "not available".

#include <string>

#include "service/forecast_quarter.h"

namespace ri::service {

[[nodiscard]] std::string ForecastJson(const ForecastReport& report);

}  // namespace ri::service
