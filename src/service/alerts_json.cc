#include <cmath>
#include <nlohmann/json.hpp>

#include "service/alerts.h"

namespace ri::service {
namespace {

using Json = nlohmann::ordered_json;

Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
Json NumberOfText(const std::optional<std::string>& text) {
  return text ? Json::parse(*text, nullptr, false) : Json(nullptr);
}
Json DayOf(const std::optional<std::int64_t>& day) {
  return day ? Json(domain::FormatDate(domain::DateFromDayNumber(*day))) : Json(nullptr);
}
Json TextOf(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }

Json AlertJson(const data::StoredAlert& alert) {
  return {{"type", alert.type},
          {"deal_id", alert.deal_id},
          {"owner_id", TextOf(alert.rep_id)},
          {"fired_on", DayOf(alert.fired_day)},
          {"reason", alert.reason},
          {"risk", NumberOfText(alert.risk)},
          {"excess_risk", NumberOfText(alert.excess_risk)},
          {"win_probability", NumberOfText(alert.win)},
          {"commit_date", DayOf(alert.commit_day)},
          {"model_version", TextOf(alert.model)},
          {"feature_row_hash", TextOf(alert.row_hash)},
          {"ended_on", DayOf(alert.ended_day)},
          {"ended", TextOf(alert.ended)}};
}

Json ListJson(const std::vector<data::StoredAlert>& alerts) {
  Json list = Json::array();
  for (const data::StoredAlert& alert : alerts) {
    if (!alert.withheld) {
      list.push_back(AlertJson(alert));
    }
  }
  return list;
}

Json MeasuredJson(const MeasuredAlert& alert) {
  const scoring::AlertRecord& record = alert.record;
  Json json = {{"fired", record.fired},
               {"missed", record.missed},
               {"pending", alert.pending},
               {"enough", alert.enough},
               {"promises", record.promises},
               {"base_rate", Number(record.base_rate)},
               {"highest_lift", Number(1 / record.base_rate)}};
  json["precision"] = {{"value", Number(record.precision)},
                       {"low", Number(record.precision_interval.low)},
                       {"high", Number(record.precision_interval.high)}};
  json["lift"] = {{"value", Number(record.lift)},
                  {"low", Number(alert.lift_interval.low)},
                  {"high", Number(alert.lift_interval.high)}};
  json["kept_ratio"] = Number(alert.kept_ratio);
  json["odds_ratio"] = Number(alert.odds_ratio);
  json["median_lead_weeks"] = Number(record.median_lead_weeks);
  json["refires_per_deal"] = record.refires_per_deal;
  json["recall"] = Number(record.recall);
  return json;
}

Json RiskJson(const MeasuredRisk& risk) {
  return {{"risk", risk.name},
          {"judged", risk.judged},
          {"stated", Number(risk.stated)},
          {"happened", Number(risk.happened)},
          {"calibration_error", Number(risk.calibration_error)}};
}

}  // namespace

std::string AlertListJson(const std::vector<data::StoredAlert>& alerts) {
  return Json{{"alerts", ListJson(alerts)}}.dump(2);
}

std::string AlertRunJson(const AlertRun& run) {
  return Json{{"week", domain::FormatDate(run.week)},
              {"already", run.already},
              {"weeks_drawn", run.weeks},
              {"model_version", run.model_version},
              {"fired", run.fired},
              {"withheld", run.withheld},
              {"waiting", run.waiting},
              {"ended", run.ended},
              {"alerts", ListJson(run.raised)}}
      .dump(2);
}

std::string AlertTrustJson(const AlertSettings& settings,
                           const std::optional<AlertMeasurement>& measurement,
                           const std::optional<AlertEffect>& effect) {
  Json rules = Json::array();
  for (std::size_t type = 0; type < kAlertTypes; ++type) {
    const auto threshold = settings.Threshold(type);
    const ThresholdRange range = AlertSettings::RangeOf(type);
    Json rule = {{"rule", AlertTypeName(type)},
                 {"label", AlertTypeLabel(type, settings)},
                 {"muted", settings.muted[type]},
                 {"threshold", threshold ? Json(*threshold) : Json(nullptr)},
                 {"unit", AlertTypeUnit(type)},
                 {"least", threshold ? Json(range.least) : Json(nullptr)},
                 {"most", threshold ? Json(range.most) : Json(nullptr)},
                 {"measured", nullptr}};
    if (measurement) {
      for (const MeasuredAlert& alert : measurement->alerts) {
        if (alert.type == type) {
          rule["measured"] = MeasuredJson(alert);
        }
      }
    }
    rules.push_back(std::move(rule));
  }
  Json json = {{"rules", std::move(rules)},
               {"new_per_rep_and_week", settings.thresholds.new_per_rep_and_week},
               {"cool_down_days", settings.thresholds.cool_down_days},
               {"counted_categories", settings.counted_categories}};
  if (measurement) {
    Json risks = Json::array();
    for (const MeasuredRisk& risk : measurement->risks) {
      risks.push_back(RiskJson(risk));
    }
    json["history"] = {{"from", domain::FormatDate(measurement->from)},
                       {"to", domain::FormatDate(measurement->to)},
                       {"quarters", measurement->quarters},
                       {"deal_weeks", measurement->deal_weeks},
                       {"judged_weeks", measurement->judged_weeks},
                       {"base_rate", Number(measurement->base_rate)},
                       {"highest_lift", Number(1 / measurement->base_rate)},
                       {"kept_share", measurement->kept_share},
                       {"risks", std::move(risks)}};
  } else {
    json["history"] = nullptr;
  }
  json["message"] = measurement ? Json(nullptr)
                                : Json(
                                      "The alerts have not been measured on the past yet: revint "
                                      "alerts measure.");
  if (effect && effect->holdout_share > 0) {
    const monitoring::Lift& lift = effect->lift;
    json["effect"] = {{"holdout_share", effect->holdout_share},
                      {"shown", lift.shown},
                      {"withheld", lift.withheld},
                      {"waiting", effect->waiting},
                      {"enough", lift.enough},
                      {"estimate", lift.enough ? Number(lift.estimate) : Json(nullptr)},
                      {"low", lift.enough ? Number(lift.low) : Json(nullptr)},
                      {"high", lift.enough ? Number(lift.high) : Json(nullptr)},
                      {"message", lift.enough ? Json(nullptr) : Json("Not enough data yet.")}};
  } else {
    json["effect"] = nullptr;
  }
  return json.dump(2);
}

}  // namespace ri::service
