#pragma once

/// Use case: the revenue distribution of a fiscal quarter.

#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "domain/fiscal_calendar.h"
#include "domain/money.h"
#include "service/score_deals.h"
#include "service/workspace.h"

namespace ri::service {

enum class ForecastNode { kTotal, kRep, kTeam, kRegion };

struct ForecastRequest {
  std::optional<domain::Quarter> period;  ///< the quarter of the moment when empty
  ForecastNode by = ForecastNode::kTotal;
  std::optional<domain::Timestamp> as_of;
  std::optional<domain::Timestamp> known_at;
  std::string model = "champion";
  domain::Timestamp now{};
};

/// Distribution of one node's revenue; amounts in major units of the reporting currency.
struct NodeForecast {
  std::string name;
  std::size_t open_deals = 0;
  double booked = 0;     ///< won in the period before the moment
  double open_mean = 0;  ///< expected from deals open now
  double new_mean = 0;   ///< expected from deals not created yet
  double mean = 0;
  double p10 = 0, p50 = 0, p90 = 0;
  std::optional<double> quota;
  std::optional<double> quota_probability;  ///< P(revenue >= quota)
};

struct ForecastReport {
  domain::Quarter period;
  domain::Period dates;
  domain::Currency currency = domain::Currency::Usd();
  Moment moment;
  std::string model_version;
  std::string model_family;
  std::string refusal;
  std::vector<std::string> notes;  ///< limited history, deals without amount, mixed currencies
  NodeForecast total;
  std::vector<NodeForecast> nodes;  ///< by name; means add up to the total's
  double diversification = 0;       ///< sum of nodes' P10 shortfalls less the total's
  /// Cells of the total's distribution for plotting: value and cumulative probability.
  std::vector<double> curve_value, curve_cumulative;
};

[[nodiscard]] Result<ForecastReport> ForecastQuarter(Workspace& workspace,
                                                     const ForecastRequest& request,
                                                     base::Progress& progress);

}  // namespace ri::service
