#pragma once

/// A quarter opened with what the database knows about its forecast: replayed quarters, and fits
/// that were made before.

#include "base/progress.h"
#include "base/result.h"
#include "data/store.h"
#include "forecasting/backtest.h"
#include "revenue/quarter_book.h"

namespace ri::revenue {

struct OpenedForecast {
  QuarterBook book;
  forecasting::WidthRepair width;  ///< of the total, from replayed quarters

  /// By how much the distribution is stretched about its median.
  [[nodiscard]] double scale() const {
    return width.model_based() || book.horizon.over ? 1 : width.lambda;
  }
};

/// Period, month, node and filters of `options` are taken; what is learned is looked up in the
/// database or learned and stored there. Every forecast, scenario and waterfall of the same day
/// and model goes through here, so that they agree.
[[nodiscard]] Result<OpenedForecast> OpenForecast(data::Store& store, const book::DealBook& deals,
                                                  QuarterBookOptions options,
                                                  base::Progress& progress);

}  // namespace ri::revenue
