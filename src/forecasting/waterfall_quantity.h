#pragma once

/// The waterfall of what does not add up: how much each step moved a quantile or the chance to
/// reach the quota.

#include <optional>
#include <span>
#include <vector>

#include "forecasting/forecast_engine.h"
#include "forecasting/shapley.h"
#include "forecasting/waterfall.h"

namespace ri::forecasting {

/// What one date assumes of spread and dependence.
struct QuantitySpread {
  FactorModel model;
  std::vector<AmountRatio> amount_ratios;  ///< means 1: the items' amounts are expectations
  std::vector<int> amount_ratio;           ///< per item, as in ForecastDeal
  double scale = 1;                        ///< of the distribution about its median
};

/// What the distribution of one node needs beyond the waterfall's items.
struct QuantityWaterfallInput {
  std::span<const WaterfallItem> items;  ///< sorted by id
  std::vector<int> team;                 ///< per item, as in ForecastDeal
  QuantitySpread spread_before;
  QuantitySpread spread_after;
  std::vector<NewBusiness> new_business_before;  ///< of the node, amounts in major units
  std::vector<NewBusiness> new_business_after;
  std::uint32_t node = 0;
  double major_unit = 100;      ///< minor units per major unit
  std::optional<double> quota;  ///< in major units
  ForecastOptions options;
  /// Grid points for the sets of steps between the two dates, of which there are hundreds; 0: as
  /// many as for the dates themselves. What the coarser grid misses of the whole change is shared
  /// in proportion to the size of the steps.
  std::size_t step_cells = 0;
  ShapleyOptions shapley;
};

/// One quantity at both dates and each step's share of its change.
struct QuantityWaterfall {
  double begin = 0;
  double end = 0;
  std::array<double, kNumWaterfallSteps> steps{};  ///< begin + all steps = end to rounding
};

struct QuantityWaterfalls {
  QuantityWaterfall mean;
  QuantityWaterfall p10;
  QuantityWaterfall p50;
  QuantityWaterfall p90;
  QuantityWaterfall quota_probability;  ///< all zero without a quota
};

/// Shapley values over the steps that touched the node: the distribution is computed for each set
/// of steps that is needed (StandingAfter), once for all quantities. Exact up to
/// shapley.largest_exact such steps, beyond it over random orders; the shares add up either way.
/// Fails as the engine does.
[[nodiscard]] Result<QuantityWaterfalls> ComputeQuantityWaterfalls(
    const QuantityWaterfallInput& input);

}  // namespace ri::forecasting
