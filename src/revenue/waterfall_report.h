#pragma once

/// Use case: what moved the forecast of a quarter between two moments.

#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "forecasting/waterfall_quantity.h"
#include "revenue/quarter_book.h"

namespace ri::revenue {

struct WaterfallRequest {
  domain::Timestamp from{};
  domain::Timestamp to{};
  std::optional<domain::Quarter> period;  ///< the quarter of `to` when empty
  ForecastNode by = ForecastNode::kTotal;
  std::optional<domain::Timestamp> known_at;
  std::string model = "champion";
  /// Model of the earlier moment; empty = the champion in force then, else `model`.
  std::string earlier_model;
  bool quantities = true;  ///< also for P10 and P(quota) of the total; seconds on a large book
  domain::Timestamp now{};
};

/// One node's bars in minor units of the reporting currency: begin + steps = end, to the cent.
struct WaterfallNode {
  std::string name;
  forecasting::Waterfall bars;
};

/// What one deal did to the total.
struct WaterfallDeal {
  std::string deal_id, name, owner;
  forecasting::Waterfall bars;
  [[nodiscard]] std::int64_t change() const { return bars.end - bars.begin; }
};

struct WaterfallReport {
  domain::Quarter period;
  domain::Period dates;
  domain::Timestamp from{}, to{};
  domain::Currency currency = domain::Currency::Usd();
  std::string earlier_model_version, model_version;
  WaterfallNode total;
  std::vector<WaterfallNode> nodes;  ///< by name; each bar adds up to the total's
  std::vector<WaterfallDeal> deals;  ///< every deal with a bar, by |change|, then id
  /// Shapley shares of the total's P10, P50, P90 and P(quota); amounts in major units. Both ends
  /// are what a forecast of that day says of the later day's quota.
  std::optional<forecasting::QuantityWaterfalls> quantities;
  std::optional<double> quota;
  std::vector<std::string> notes;
};

/// kUsage unless from < to.
[[nodiscard]] Result<WaterfallReport> ExplainMovement(book::Workspace& workspace,
                                                      const WaterfallRequest& request,
                                                      base::Progress& progress);

/// The same between two opened books of scored deals.
[[nodiscard]] Result<WaterfallReport> ExplainMovement(data::Store& store,
                                                      const book::DealBook& earlier,
                                                      const book::DealBook& later,
                                                      const WaterfallRequest& request,
                                                      base::Progress& progress);

/// One document: money in minor units, quantities in major units.
[[nodiscard]] std::string WaterfallJson(const WaterfallReport& report);

}  // namespace ri::revenue
