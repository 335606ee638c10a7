#pragma once

/// Forecasts as answered over HTTP: made once per moment, quarter and view, then shared.

#include <memory>
#include <optional>
#include <string>

#include "api/deal_documents.h"
#include "revenue/backtest.h"
#include "revenue/forecast_quarter.h"
#include "revenue/waterfall_report.h"

namespace ri::api {

/// Nodes of the roll-up are named "total", "region:EMEA", "team:West", "rep:Ann Lee"; "people:KEY"
/// is what the person with that key in the CRM sees, which is the top of a limited view.

/// The top of what a reader sees.
[[nodiscard]] std::string TopNode(const DealView& view, const identity::Principal& reader);
/// Whether all of a node lies within the view. False for a node that does not exist.
[[nodiscard]] bool NodeWithin(const DealView& view, const std::string& node_id);
/// How people call a node; empty when it does not exist.
[[nodiscard]] std::string NodeName(const DealView& view, const std::string& node_id);

/// The forecast of what the reader sees, cut into nodes. Cached by list, quarter, view and cut.
/// kRefused when the model knows no time.
[[nodiscard]] Result<std::shared_ptr<const revenue::ForecastReport>> ForecastOf(
    Call& call, const DealView& view, const std::optional<domain::Quarter>& period,
    revenue::ForecastNode by);

/// The forecast of what the reader sees under assumptions; the opened quarter is kept between
/// calls.
[[nodiscard]] Result<revenue::ScenarioReport> RunScenario(
    Call& call, const DealView& view, const std::optional<domain::Quarter>& period,
    const std::vector<revenue::ScenarioPin>& pins);
/// The Monday before the last one: what "since last Monday" compares with.
[[nodiscard]] domain::Timestamp DefaultSince(domain::Timestamp as_of);

/// The model's figures for one node; empty when there are none.
[[nodiscard]] std::optional<revenue::PeriodForecast> NodeOutlook(Call& call, const DealView& view,
                                                                 domain::Quarter period,
                                                                 const std::string& node_id);

/// What moved the forecast between two moments, cached; the earlier one by default seven days back.
[[nodiscard]] Result<std::shared_ptr<const revenue::WaterfallReport>> MovementOf(
    Call& call, const DealView& later, domain::Timestamp from,
    const std::optional<domain::Quarter>& period);

/// The last finished backtest, cached. kNotFound before the first.
[[nodiscard]] Result<std::shared_ptr<const revenue::BacktestReport>> BacktestOf(Call& call);
/// Distribution of one week of a past quarter.
void WriteReplayed(JsonWriter& json, const revenue::ReplayedForecast& forecast,
                   const domain::Currency& currency);

void WriteQuantiles(JsonWriter& json, std::string_view name, double p10, double p50, double p90,
                    const domain::Currency& currency);
/// The schema Outlook.
void WriteOutlook(JsonWriter& json, std::string_view name, const revenue::PeriodForecast& forecast,
                  const std::optional<double>& quota_probability,
                  const revenue::ForecastReport* curve_of, const domain::Currency& currency);
void WriteCurve(JsonWriter& json, std::string_view name, const revenue::ForecastReport& report);
/// How people call a bar of a waterfall.
[[nodiscard]] std::string_view StepLabel(forecasting::WaterfallStep step, base::Language language);
/// The schema of one quantity of a waterfall: "mean", "p10" or "quota_probability".
void WriteMovement(JsonWriter& json, const revenue::WaterfallReport& report,
                   const std::string& quantity, const DealView& view);
/// Whether the quantity can be told: quantiles need the whole view, P(quota) a quota.
[[nodiscard]] bool HasQuantity(const revenue::WaterfallReport& report, const std::string& quantity,
                               const DealView& view);
void WriteDealRisk(JsonWriter& json, const revenue::DealRiskLine& line, double expected_shortfall,
                   double share, const revenue::ForecastReport& report, const DealView& view);
/// Shares of the risk of the total by deal; see shares in forecast_documents.cc.
struct RiskShares {
  std::vector<std::pair<std::uint32_t, double>>
      deals;  ///< index into risk.deals, share; largest first
  std::vector<std::pair<std::string, double>> teams;  ///< largest first
  double rest = 0;                                    ///< deals not created yet
};
[[nodiscard]] RiskShares SharesOf(const revenue::ForecastReport& report, const DealView& view);

void WriteSubmission(JsonWriter& json, const data::StoredSubmission& submission,
                     const identity::Principal& reader);

}  // namespace ri::api
