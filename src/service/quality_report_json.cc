#include <cmath>
#include <nlohmann/json.hpp>

#include "service/quality_report.h"

namespace ri::service {
namespace {

using Json = nlohmann::ordered_json;

Json Text(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }
Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json CostJson(const std::optional<FieldCost>& cost) {
  if (!cost) {
    return nullptr;
  }
  return {{"log_loss_difference", cost->difference},
          {"low", cost->low},
          {"high", cost->high},
          {"rows_with", cost->rows_with},
          {"rows_without", cost->rows_without},
          {"clusters_with", cost->deals_with},
          {"clusters_without", cost->deals_without}};
}

Json FieldsJson(const QualityReport& report) {
  Json fields = Json::array();
  const auto open = static_cast<double>(report.open_deals);
  for (const FieldHygiene& field : report.fields) {
    fields.push_back({{"field", field.field},
                      {"label", field.field},
                      {"filled", open > 0 ? static_cast<double>(field.filled) / open : 0.0},
                      {"n", report.open_deals - field.filled},
                      {"importance", nullptr},
                      {"by_team", field.share_by_team},
                      {"late", field.late},
                      {"median_days_late", field.median_days_late},
                      {"cost", CostJson(field.cost)},
                      {"cost_unknown", Text(field.no_cost)}});
  }
  return fields;
}

}  // namespace

std::string QualityJson(const QualityReport& report) {
  Json teams = Json::array();
  for (const TeamHygiene& team : report.teams) {
    teams.push_back({{"team", team.team},
                     {"open_deals", team.open_deals},
                     {"filled", team.filled},
                     {"overdue", team.overdue},
                     {"silent", team.silent ? Json(*team.silent) : Json(nullptr)},
                     {"unchanged", team.unchanged},
                     {"late", team.late},
                     {"interval_width", Number(team.interval_width)}});
  }
  Json odd = Json::array();
  for (const OddValue& value : report.odd_values) {
    odd.push_back({{"field", value.field},
                   {"value", value.value},
                   {"open_deals", value.deals},
                   {"like", Text(value.like)},
                   {"first_seen", domain::FormatTimestamp(value.first_seen)}});
  }
  Json months = Json::array();
  for (const auto& [month, count] : report.late_by_month) {
    months.push_back({{"month", month}, {"n", count}});
  }
  const Json document = {
      {"basis",
       {{"as_of", domain::FormatTimestamp(report.as_of)},
        {"known_at",
         report.known_at ? Json(domain::FormatTimestamp(*report.known_at)) : Json(nullptr)},
        {"model_version", Text(report.model_version)},
        {"model_family", Text(report.model_family)},
        {"refusal", Text(report.refusal)},
        {"note", Text(report.note)}}},
      {"open_deals", report.open_deals},
      {"overdue", report.overdue},
      {"silent", report.silent ? Json(*report.silent) : Json(nullptr)},
      {"unchanged", report.unchanged},
      {"fields", FieldsJson(report)},
      {"teams", std::move(teams)},
      {"late_edits", {{"n", report.late}, {"months", std::move(months)}}},
      {"odd_values", std::move(odd)},
      {"history_issues", report.issues},
      {"excluded", report.excluded},
      {"cost_basis", report.cost_basis}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ri::service
