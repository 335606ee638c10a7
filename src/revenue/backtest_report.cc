#include "revenue/backtest_report.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace ri::revenue {
namespace {

using Json = nlohmann::ordered_json;

Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json LinesJson(const std::map<std::pair<std::string, int>, forecasting::BacktestLine>& lines) {
  Json list = Json::array();
  for (const auto& [key, line] : lines) {
    list.push_back({{"source", key.first},
                    {"week", key.second == 0 ? Json(nullptr) : Json(key.second)},
                    {"forecasts", line.num_forecasts},
                    {"quarters", line.num_quarters},
                    {"crps", Number(line.crps)},
                    {"pinball_10", Number(line.pinball[0])},
                    {"pinball_50", Number(line.pinball[1])},
                    {"pinball_90", Number(line.pinball[2])},
                    {"coverage_50", Number(line.coverage[0])},
                    {"coverage_80", Number(line.coverage[1])},
                    {"coverage_90", Number(line.coverage[2])},
                    {"coverage_80_error", Number(line.coverage_error[1])},
                    {"bias", Number(line.bias)},
                    {"wape", Number(line.wape)},
                    {"mase", Number(line.mase)},
                    {"pit_mean", Number(line.pit_mean)},
                    {"pit_z", Number(line.pit_z)}});
  }
  return list;
}

}  // namespace

std::string SourceTitle(const std::string& source) {
  static const std::map<std::string, std::string> kTitles = {
      {"model", "This model"},
      {"stage-weighted", "Stage-weighted pipeline"},
      {"category", "Category-weighted pipeline"},
      {"pace", "Pace of booked revenue"},
      {"last-year", "Last year, grown"},
      {"run-rate", "Run rate"},
      {"commit", "Commit of the reps"}};
  const auto found = kTitles.find(source);
  return found == kTitles.end() ? source : found->second;
}

std::string BacktestJson(const BacktestReport& report) {
  Json quarters = Json::array();
  for (const BacktestQuarter& quarter : report.quarters) {
    Json weeks = Json::array();
    for (const ReplayedForecast& forecast : quarter.model) {
      weeks.push_back({{"week", forecast.week},
                       {"as_of", domain::FormatDate(forecast.as_of)},
                       {"mean", forecast.score.mean},
                       {"p10", forecast.p10},
                       {"p25", forecast.p25},
                       {"p50", forecast.p50},
                       {"p75", forecast.p75},
                       {"p90", forecast.p90},
                       {"crps", forecast.score.crps},
                       {"pit", forecast.score.pit}});
    }
    quarters.push_back({{"quarter", domain::FormatQuarter(quarter.quarter)},
                        {"outcome", quarter.outcome},
                        {"model_trained_until", quarter.model_version},
                        {"model_family", quarter.model_family},
                        {"rho_global", quarter.rho_global},
                        {"rho_team", quarter.rho_team},
                        {"weeks", std::move(weeks)}});
  }
  Json skill = Json::object();
  for (const auto& [source, value] : report.skill) {
    skill[source] = {{"all_weeks", Number(value)}, {"mid_quarter", report.mid_skill.at(source)}};
  }
  const Json document = {{"currency", std::string(report.currency.code())},
                         {"replayed", report.replayed},
                         {"reused", report.reused},
                         {"notes", report.notes},
                         {"crps_skill", std::move(skill)},
                         {"lines", LinesJson(report.lines)},
                         {"team_lines", LinesJson(report.team_lines)},
                         {"quarters", std::move(quarters)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ri::revenue
