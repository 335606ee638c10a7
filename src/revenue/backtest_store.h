#pragma once

/// Past forecasts as kept in the database, and what later forecasts learn from them.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/store.h"
#include "domain/fiscal_calendar.h"
#include "forecasting/backtest.h"
#include "forecasting/correlation_fit.h"

namespace ri::revenue {

/// One forecast of a replayed Monday with its score.
struct ReplayedForecast {
  std::string source;  ///< "model", "stage-weighted", ...
  std::string node;
  int week = 0;  ///< of the quarter, from 1
  domain::Date as_of;
  double p10 = 0, p25 = 0, p50 = 0, p75 = 0, p90 = 0;
  forecasting::ForecastScore score;
};

/// One replayed quarter.
struct ReplayedQuarter {
  domain::Quarter quarter;
  std::string fingerprint;    ///< of the data, the calendar and the options it was replayed with
  std::string model_version;  ///< trained at the quarter's start
  std::string model_family;
  double outcome = 0;  ///< won in the quarter
  double rho_global = 0, rho_team = 0;
  std::vector<ReplayedForecast> forecasts;
  forecasting::Cohort cohort;  ///< of its first Monday, as published
};

[[nodiscard]] Status StoreReplay(data::Store& store, const ReplayedQuarter& replay);
/// Empty when it was never replayed.
[[nodiscard]] Result<std::optional<ReplayedQuarter>> LoadReplay(data::Store& store,
                                                                domain::Quarter quarter);

/// The quarters of the last finished backtest, oldest first; empty when there is none.
[[nodiscard]] Result<std::vector<domain::Quarter>> BacktestQuarters(data::Store& store);
[[nodiscard]] Status StoreBacktestQuarters(data::Store& store,
                                           std::span<const domain::Quarter> quarters);

/// What was once fitted, so that the next forecast need not fit it again. Empty when it was not.
[[nodiscard]] Status StoreFit(data::Store& store, const std::string& key,
                              const forecasting::CorrelationFit& fit);
[[nodiscard]] Result<std::optional<forecasting::CorrelationFit>> LoadFit(data::Store& store,
                                                                         const std::string& key);

/// What stored forecasts say to a forecast made `today`: only quarters that were over by then.
struct BacktestEvidence {
  forecasting::WidthRepair width;            ///< of the total at the same week of the quarter
  std::vector<forecasting::Cohort> cohorts;  ///< that were over when the factors are learned
};
[[nodiscard]] Result<BacktestEvidence> LoadEvidence(data::Store& store,
                                                    const domain::FiscalCalendar& calendar,
                                                    domain::Date today);

}  // namespace ri::revenue
