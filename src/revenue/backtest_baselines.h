#pragma once

/// What one would say without a model, from what was known on a Monday, each with the spread of
/// its own errors in the same week of earlier quarters.

#include <string>
#include <vector>

#include "forecasting/distribution.h"
#include "revenue/quarter_book.h"

namespace ri::revenue {

struct BaselineForecast {
  std::string source;  ///< "stage-weighted", "category", "pace", "last-year", "run-rate", "commit"
  forecasting::Distribution law;
};

/// For the total of the book. A baseline that the data do not support is left out: categories
/// without categories, last year without a year.
[[nodiscard]] std::vector<BaselineForecast> BaselineForecasts(const ForecastView& view,
                                                              const QuarterBook& book);

}  // namespace ri::revenue
