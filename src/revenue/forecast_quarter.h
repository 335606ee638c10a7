#pragma once

/// Use case: the revenue distribution of a fiscal quarter, rolled up, with what carries its risk.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "book/deal_book.h"
#include "book/workspace.h"
#include "domain/fiscal_calendar.h"
#include "domain/money.h"
#include "forecasting/backtest.h"
#include "forecasting/scenario.h"
#include "revenue/quarter_book.h"

namespace ri::revenue {

/// One assumption of a scenario.
struct ScenarioPin {
  std::string deal_id;
  forecasting::PinKind kind = forecasting::PinKind::kWon;
  std::optional<double> amount;  ///< major units of the reporting currency
};

/// "0061x=won", "=lost", "=slipped", "=125000" (outcome open, another amount), "=won:125000".
/// kUsage for anything else.
[[nodiscard]] Result<ScenarioPin> ParseScenarioPin(const std::string& text);

struct ForecastReport;

struct ForecastRequest {
  std::optional<domain::Quarter> period;              ///< the quarter of the moment when empty
  std::optional<std::chrono::year_month> month = {};  ///< a month instead of a quarter
  ForecastNode by = ForecastNode::kTotal;
  std::vector<ForecastFilter> filters = {};
  std::vector<ScenarioPin> scenario = {};
  bool attribution = true;  ///< shares of risk and the deals that decide the quota
  /// Risk by group of reasons; the first call on a model version may take seconds.
  bool reason_groups = false;
  std::optional<domain::Timestamp> as_of = {};
  std::optional<domain::Timestamp> known_at = {};
  std::string model = "champion";
  domain::Timestamp now{};
  /// A report of the same book, period and filters whose total and curve are taken over instead of
  /// computed again: the total does not depend on `by`. Empty: computed.
  std::shared_ptr<const ForecastReport> whole = {};
};

/// What one period brings a node; major units of the reporting currency.
struct PeriodForecast {
  double booked = 0;     ///< won in the period before the moment
  double open_mean = 0;  ///< expected from deals open now
  double new_mean = 0;   ///< expected from deals not created yet
  double mean = 0;
  double p10 = 0, p50 = 0, p90 = 0;
};

/// What people call, beside the model: one line per forecast category.
struct CategoryForecast {
  std::string name;
  std::size_t deals = 0;
  double amount = 0;                ///< open, committed for this quarter
  double model_mean = 0;            ///< what the model expects of it in this quarter
  std::optional<double> past_rate;  ///< share of such deals that were won in their quarter
};

/// The person's own number, from the categories they keep, and what it used to be worth.
struct CommitForecast {
  double committed = 0;      ///< booked plus open deals in a commit category, due this quarter
  double realisation = 1;    ///< expected realised / committed, shrunk to everybody's
  double expected = 0;       ///< committed x realisation
  std::size_t quarters = 0;  ///< of history behind it; below 4 it is everybody's, not personal
};

/// Distribution of one node's revenue; amounts in major units of the reporting currency.
struct NodeForecast : PeriodForecast {
  std::string name;
  std::size_t open_deals = 0;
  std::optional<double> quota;
  std::optional<double> quota_probability;   ///< P(revenue >= quota)
  std::optional<double> gap;                 ///< quota - mean
  std::optional<double> expected_shortfall;  ///< E[(quota - revenue)+]
  /// New pipeline needed to close the gap at the usual conversion; absent without a gap or when
  /// nothing converts any more.
  std::optional<double> pipeline_needed;
  std::optional<PeriodForecast> following;  ///< the next quarter, jointly modelled
  std::optional<CommitForecast> commit;
  std::vector<CategoryForecast> categories;  ///< by name; empty without categories
};

/// One deal's part in the risk of the total.
struct DealRiskLine {
  std::string deal_id, name, owner;
  double amount = 0;
  double win_probability = 0;  ///< in the quarter
  double mean = 0;
  double variance_share = 0;  ///< all deals and new business sum to 1
  double downside_mean = 0;   ///< E[its revenue | the total is at or below its 10 % quantile]
  std::optional<double> quota_if_won, quota_if_not;
  [[nodiscard]] double swing() const { return quota_if_won ? *quota_if_won - *quota_if_not : 0; }
};

/// How much of the open deals' downside goes with one group of reasons against them.
struct ReasonGroupRisk {
  std::string name;
  double share = 0;  ///< of what open deals bring less in a bad tenth; all groups sum to 1
};

struct RiskReport {
  double tail_mean = 0;  ///< E[total | total <= its 10 % quantile]
  double new_business_variance_share = 0;
  double new_business_downside_mean = 0;
  std::vector<DealRiskLine> deals;  ///< every deal that can bring revenue, by id
  /// Indices into deals: at most 20, by how far the outcome is expected to move P(quota), that is
  /// swing x sqrt(p (1 - p)).
  std::vector<std::uint32_t> make_or_break;
  std::vector<std::uint32_t> dominant;         ///< deals above a quarter of the median: two humps
  std::vector<ReasonGroupRisk> reason_groups;  ///< by share; empty unless asked for
};

struct ScenarioReport {
  double probability = 1;  ///< that the pinned outcomes happen together, says the model
  bool recomputed = false;
  PeriodForecast total;  ///< given the pins
  std::optional<double> quota_probability;
};

/// What the width of the distribution rests on.
struct WidthReport {
  double scale = 1;  ///< of the distribution about its median, from past forecasts
  std::size_t quarters = 0;
  bool model_based = true;  ///< fewer than nine past quarters: the scale is 1
};

struct ForecastReport {
  std::string name;        ///< of the period: "2026Q4", "2026-09"
  domain::Quarter period;  ///< the quarter, or the one that holds the month
  domain::Period dates;
  domain::Currency currency = domain::Currency::Usd();
  book::Moment moment;
  std::string model_version;
  std::string model_family;
  std::string refusal;
  std::vector<std::string> notes;  ///< limited history, deals without amount, mixed currencies
  NodeForecast total;
  std::vector<NodeForecast> nodes;  ///< by name; means add up to the total's
  double diversification = 0;       ///< the total's P10 less the sum of the nodes' P10
  /// Cells of the total's distribution for plotting: value and cumulative probability.
  std::vector<double> curve_value, curve_cumulative;
  std::optional<domain::Quarter> following;
  forecasting::CorrelationFit correlation;
  bool published_cohorts = false;
  double new_business_size = 0;  ///< NB2 size of the count; 0 when none is expected
  double chance_shift = 0;       ///< log-odds by which past periods correct the chances together
  double conversion = 0;         ///< of pipeline open at this distance from the quarter's end
  WidthReport width;
  std::optional<RiskReport> risk;
  std::optional<ScenarioReport> scenario;
};

/// Opens the book of the request's moment and model, then as below.
[[nodiscard]] Result<ForecastReport> ForecastQuarter(book::Workspace& workspace,
                                                     const ForecastRequest& request,
                                                     base::Progress& progress);
/// Moment and model are the book's; those of the request are not looked at.
[[nodiscard]] Result<ForecastReport> ForecastQuarter(
    book::Workspace& workspace, const std::shared_ptr<const book::DealBook>& deals,
    const ForecastRequest& request, base::Progress& progress);

/// The same from an opened quarter; `width` repairs the spread. What scenarios repeat.
[[nodiscard]] Result<ForecastReport> ReportQuarter(const ForecastView& view,
                                                   const QuarterBook& book,
                                                   const forecasting::WidthRepair& width,
                                                   const ForecastRequest& request);

}  // namespace ri::revenue
