#pragma once

/// A quarter opened for forecasting: what is booked, what is open, what may still come, and the
/// nodes of the roll-up with their share of each.

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "forecasting/forecast_engine.h"
#include "revenue/booked_revenue.h"
#include "revenue/forecast_structure.h"
#include "revenue/new_business_outlook.h"
#include "revenue/revenue_credit.h"

namespace ri::revenue {

enum class ForecastNode { kTotal, kRep, kTeam, kRegion };

/// Keeps deals whose `field` is one of `values`: rep, team, region, stage, category or account.
struct ForecastFilter {
  std::string field;
  std::vector<std::string> values;
};

/// kUsage for an unknown field.
[[nodiscard]] Status Validate(std::span<const ForecastFilter> filters);

struct QuarterBookOptions {
  std::optional<domain::Quarter> quarter;        ///< the running one when empty
  std::optional<std::chrono::year_month> month;  ///< a month instead of a quarter
  ForecastNode by = ForecastNode::kTotal;
  std::vector<ForecastFilter> filters;
  HistoryOptions history;
  /// Used instead of learning it, for many forecasts of one quarter.
  const forecasting::CorrelationFit* correlation = nullptr;
  std::optional<double> chance_shift;  ///< the same
  /// Deals of past quarters with the chances published then, for the correlation.
  std::span<const forecasting::Cohort> published;
  std::size_t max_cells = 4096;
};

/// One node beside what the engine needs of it.
struct QuarterNode {
  std::string name;
  std::vector<std::size_t> reps;  ///< whose business it is, ascending; all for the total
  bool has_unowned = false;       ///< deals without an owner
};

/// Immutable. Node 0 is the total (after filters); the others follow by name and hold disjoint
/// parts of it. A deal whose revenue is split counts once in the total, and with its share in every
/// node that has a part of it.
struct QuarterBook {
  ForecastHorizon horizon;
  book::Organisation organisation;
  std::vector<int> team_of_rep;
  WonAmounts won_amounts;
  std::vector<WonDeal> won;
  std::vector<PastQuarter> past;
  ForecastStructure structure;
  /// In the order of the engine's book, which goes on behind them with parts of split deals.
  std::vector<OpenPosition> open;
  RevenueCredits credits;
  std::array<std::vector<BookedDeal>, forecasting::kNumPeriods> booked;
  std::array<NewBusinessOutlook, forecasting::kNumPeriods> new_business;
  std::vector<QuarterNode> nodes;
  std::vector<forecasting::ForecastNode> engine_nodes;
  std::shared_ptr<const forecasting::ForecastEngine> engine;
  std::vector<std::string> notes;

  /// Which of the engine's two periods is the quarter asked for.
  [[nodiscard]] forecasting::ForecastPeriod period() const {
    return horizon.ahead ? forecasting::ForecastPeriod::kNext
                         : forecasting::ForecastPeriod::kCurrent;
  }
  [[nodiscard]] std::optional<std::uint32_t> Find(const std::string& deal_id) const;
};

[[nodiscard]] Result<QuarterBook> OpenQuarterBook(const ForecastView& view,
                                                  const QuarterBookOptions& options,
                                                  base::Progress& progress);

/// Name of the node a deal belongs to.
[[nodiscard]] std::string NodeNameOf(const book::Organisation& organisation, ForecastNode by,
                                     const std::optional<std::size_t>& owner);
/// Whether a deal in this state passes all filters.
[[nodiscard]] bool Passes(const ForecastView& view, const book::Organisation& organisation,
                          std::span<const ForecastFilter> filters,
                          const features::DealState& state);

}  // namespace ri::revenue
