#pragma once

/// What past quarters teach a forecast: each past quarter is looked at from the same distance to
/// its end, with what was visible then, and its outcome is known by now.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "domain/fiscal_calendar.h"
#include "forecasting/correlation_fit.h"
#include "revenue/forecast_view.h"

namespace ri::revenue {

/// A won deal known at the view's moment.
struct WonDeal {
  std::uint32_t deal = 0;
  std::optional<std::size_t> owner;  ///< at closing
  domain::Date entered;              ///< into the pipeline
  domain::Date closed;
  double amount = 0;  ///< reporting currency at the rate of closing, positive
};

/// Every won deal with a positive amount whose outcome was visible at the view's moment, by deal.
[[nodiscard]] std::vector<WonDeal> WonDealsKnown(const ForecastView& view);
[[nodiscard]] WonAmounts SummariseWon(std::span<const WonDeal> won);

/// One deal that was open at a past snapshot.
struct PastDeal {
  features::DealState state;   ///< as it was seen then
  double amount = 0;           ///< then, reporting currency at the rate of then; NaN = none
  bool won = false;            ///< before the end of that quarter
  double final_amount = 0;     ///< if won at any time, as known at the view's moment; else NaN
  double win_probability = 0;  ///< P(won before that quarter's end); NaN when not asked for
};

/// A past quarter at the same number of days before its end.
struct PastQuarter {
  domain::Quarter quarter;
  domain::Period dates;
  domain::Timestamp moment{};
  std::vector<PastDeal> deals;
  double booked_then = 0;  ///< won in the quarter and visible at the snapshot
  double total = 0;        ///< won in the quarter, as known at the view's moment
};

struct HistoryOptions {
  std::size_t max_quarters = 12;
  /// Of each snapshot, spread evenly; bounds the cost of scoring the past. 0 = none is scored.
  std::size_t max_scored = 600;
};

/// Newest first: quarters over at the view's moment whose snapshot lies after the first deal.
[[nodiscard]] Result<std::vector<PastQuarter>> PastQuarters(const ForecastView& view,
                                                            const ForecastHorizon& horizon,
                                                            const HistoryOptions& options,
                                                            base::Progress& progress);

/// Scored deals as evidence for the correlation; `team_of_rep` gives factor groups.
[[nodiscard]] forecasting::Cohort CohortOf(const PastQuarter& past,
                                           std::span<const int> team_of_rep);

}  // namespace ri::revenue
