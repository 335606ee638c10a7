#include "revenue/forecast_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace ri::revenue {
namespace {

using Json = nlohmann::ordered_json;

Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
Json Number(const std::optional<double>& value) { return value ? Number(*value) : Json(nullptr); }
Json Text(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json PeriodJson(const PeriodForecast& period) {
  return {{"booked", period.booked},
          {"open_mean", period.open_mean},
          {"new_mean", period.new_mean},
          {"mean", period.mean},
          {"p10", period.p10},
          {"p50", period.p50},
          {"p90", period.p90}};
}

Json CategoriesJson(const std::vector<CategoryForecast>& categories) {
  Json list = Json::array();
  for (const CategoryForecast& category : categories) {
    list.push_back({{"category", category.name},
                    {"deals", category.deals},
                    {"amount", category.amount},
                    {"model_mean", category.model_mean},
                    {"past_win_rate", Number(category.past_rate)}});
  }
  return list;
}

Json CommitJson(const std::optional<CommitForecast>& commit) {
  if (!commit) {
    return nullptr;
  }
  return {{"committed", commit->committed},
          {"realisation", commit->realisation},
          {"expected", commit->expected},
          {"quarters", commit->quarters}};
}

Json NodeJson(const NodeForecast& node) {
  Json json = {{"name", node.name}, {"open_deals", node.open_deals}};
  json.update(PeriodJson(node));
  json["quota"] = Number(node.quota);
  json["quota_probability"] = Number(node.quota_probability);
  json["gap"] = Number(node.gap);
  json["expected_shortfall"] = Number(node.expected_shortfall);
  json["pipeline_needed"] = Number(node.pipeline_needed);
  json["following"] = node.following ? PeriodJson(*node.following) : Json(nullptr);
  json["commit"] = CommitJson(node.commit);
  json["categories"] = CategoriesJson(node.categories);
  return json;
}

Json RiskJson(const std::optional<RiskReport>& risk) {
  if (!risk) {
    return nullptr;
  }
  Json deals = Json::array();
  for (const DealRiskLine& deal : risk->deals) {
    deals.push_back({{"deal_id", deal.deal_id},
                     {"name", Text(deal.name)},
                     {"owner", Text(deal.owner)},
                     {"amount", deal.amount},
                     {"win_probability", deal.win_probability},
                     {"mean", deal.mean},
                     {"variance_share", deal.variance_share},
                     {"downside_mean", deal.downside_mean},
                     {"quota_if_won", Number(deal.quota_if_won)},
                     {"quota_if_not", Number(deal.quota_if_not)}});
  }
  const auto ids = [&](const std::vector<std::uint32_t>& indices) {
    Json list = Json::array();
    for (const std::uint32_t index : indices) {
      list.push_back(risk->deals[index].deal_id);
    }
    return list;
  };
  Json groups = Json::array();
  for (const ReasonGroupRisk& group : risk->reason_groups) {
    groups.push_back({{"group", group.name}, {"share", group.share}});
  }
  return {{"tail_mean", risk->tail_mean},
          {"new_business_variance_share", risk->new_business_variance_share},
          {"new_business_downside_mean", risk->new_business_downside_mean},
          {"make_or_break", ids(risk->make_or_break)},
          {"dominant", ids(risk->dominant)},
          {"reason_groups", std::move(groups)},
          {"deals", std::move(deals)}};
}

Json ScenarioJson(const std::optional<ScenarioReport>& scenario) {
  if (!scenario) {
    return nullptr;
  }
  Json json = {{"probability", scenario->probability}, {"recomputed", scenario->recomputed}};
  json.update(PeriodJson(scenario->total));
  json["quota_probability"] = Number(scenario->quota_probability);
  return json;
}

}  // namespace

std::string ForecastJson(const ForecastReport& report) {
  Json nodes = Json::array();
  for (const NodeForecast& node : report.nodes) {
    nodes.push_back(NodeJson(node));
  }
  Json curve = Json::array();
  for (std::size_t i = 0; i < report.curve_value.size(); ++i) {
    curve.push_back({report.curve_value[i], report.curve_cumulative[i]});
  }
  const forecasting::CorrelationFit& fit = report.correlation;
  const Json document = {
      {"period", report.name},
      {"period_begin", domain::FormatDate(report.dates.begin)},
      {"period_end", domain::FormatDate(report.dates.end)},
      {"following", report.following ? Json(domain::FormatQuarter(*report.following)) : Json()},
      {"as_of", domain::FormatTimestamp(report.moment.as_of)},
      {"currency", std::string(report.currency.code())},
      {"model_version", report.model_version},
      {"model_family", report.model_family},
      {"refusal", Text(report.refusal)},
      {"note", Text(report.moment.note)},
      {"notes", report.notes},
      {"total", NodeJson(report.total)},
      {"nodes", std::move(nodes)},
      {"diversification", report.diversification},
      {"card",
       {{"rho_global", fit.rho_global},
        {"rho_team", fit.rho_team},
        {"rho_low", fit.rho_low},
        {"rho_high", fit.rho_high},
        {"rho_global_log_deviation", Number(fit.global_log_deviation)},
        {"rho_team_log_deviation", Number(fit.team_log_deviation)},
        {"cohort_sharpness", fit.sharpness},
        {"cohorts", fit.num_cohorts},
        {"cohort_deals", fit.num_deals},
        {"cohorts_as_published", report.published_cohorts},
        {"new_business_size", report.new_business_size},
        {"chance_shift", report.chance_shift},
        {"conversion", report.conversion},
        {"width_scale", report.width.scale},
        {"width_quarters", report.width.quarters},
        {"width_model_based", report.width.model_based}}},
      {"risk", RiskJson(report.risk)},
      {"scenario", ScenarioJson(report.scenario)},
      {"cumulative", std::move(curve)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ri::revenue
