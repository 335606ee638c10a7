#include "revenue/backtest_store.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "revenue/common_factors.h"

namespace ri::revenue {
namespace {

using Json = nlohmann::json;

constexpr int kFormat = 1;
const std::string kCorrelationName = "forecast.correlation.";
constexpr const char* kListName = "backtest.quarters";
// A correlation needs several independent quarters before published chances replace hindsight.
constexpr std::size_t kSmallestCohorts = 4;

std::string NameOf(domain::Quarter quarter) {
  return "backtest.quarter." + domain::FormatQuarter(quarter);
}

Json ToJson(const ReplayedForecast& forecast) {
  const forecasting::ForecastScore& score = forecast.score;
  return {{"source", forecast.source},
          {"node", forecast.node},
          {"week", forecast.week},
          {"as_of", domain::FormatDate(forecast.as_of)},
          {"quantiles", {forecast.p10, forecast.p25, forecast.p50, forecast.p75, forecast.p90}},
          {"outcome", score.outcome},
          {"mean", score.mean},
          {"crps", score.crps},
          {"pinball", score.pinball},
          {"covered", score.covered},
          {"pit", score.pit}};
}

ReplayedForecast ForecastFrom(const Json& json) {
  ReplayedForecast forecast;
  json.at("source").get_to(forecast.source);
  json.at("node").get_to(forecast.node);
  json.at("week").get_to(forecast.week);
  forecast.as_of =
      domain::ParseIsoDate(json.at("as_of").get<std::string>()).value_or(domain::Date{});
  const auto quantiles = json.at("quantiles").get<std::array<double, 5>>();
  forecast.p10 = quantiles[0];
  forecast.p25 = quantiles[1];
  forecast.p50 = quantiles[2];
  forecast.p75 = quantiles[3];
  forecast.p90 = quantiles[4];
  json.at("outcome").get_to(forecast.score.outcome);
  json.at("mean").get_to(forecast.score.mean);
  json.at("crps").get_to(forecast.score.crps);
  json.at("pinball").get_to(forecast.score.pinball);
  json.at("covered").get_to(forecast.score.covered);
  json.at("pit").get_to(forecast.score.pit);
  return forecast;
}

Json ToJson(const ReplayedQuarter& replay) {
  Json forecasts = Json::array();
  for (const ReplayedForecast& forecast : replay.forecasts) {
    forecasts.push_back(ToJson(forecast));
  }
  Json cohort = Json::array();
  for (const forecasting::CohortDeal& deal : replay.cohort) {
    cohort.push_back({deal.win_probability, deal.won ? 1 : 0, deal.team});
  }
  return {{"format", kFormat},
          {"fingerprint", replay.fingerprint},
          {"model_version", replay.model_version},
          {"model_family", replay.model_family},
          {"outcome", replay.outcome},
          {"rho_global", replay.rho_global},
          {"rho_team", replay.rho_team},
          {"forecasts", std::move(forecasts)},
          {"cohort", std::move(cohort)}};
}

ReplayedQuarter ReplayFrom(const Json& json, domain::Quarter quarter) {
  ReplayedQuarter replay{.quarter = quarter};
  json.at("fingerprint").get_to(replay.fingerprint);
  json.at("model_version").get_to(replay.model_version);
  json.at("model_family").get_to(replay.model_family);
  json.at("outcome").get_to(replay.outcome);
  json.at("rho_global").get_to(replay.rho_global);
  json.at("rho_team").get_to(replay.rho_team);
  for (const Json& forecast : json.at("forecasts")) {
    replay.forecasts.push_back(ForecastFrom(forecast));
  }
  for (const Json& deal : json.at("cohort")) {
    replay.cohort.push_back({.win_probability = deal.at(0).get<double>(),
                             .won = deal.at(1).get<int>() != 0,
                             .team = deal.at(2).get<int>()});
  }
  return replay;
}

}  // namespace

Status StoreReplay(data::Store& store, const ReplayedQuarter& replay) {
  return store.SetSetting(NameOf(replay.quarter), ToJson(replay).dump());
}

Result<std::optional<ReplayedQuarter>> LoadReplay(data::Store& store, domain::Quarter quarter) {
  RI_ASSIGN_OR_RETURN(const auto text, store.Setting(NameOf(quarter)));
  if (!text) {
    return std::nullopt;
  }
  try {
    const Json json = Json::parse(*text);
    if (json.at("format") != kFormat) {
      return std::nullopt;
    }
    return ReplayFrom(json, quarter);
  } catch (const Json::exception&) {
    return Fail(ErrorCode::kStorage, "The stored replay of " + domain::FormatQuarter(quarter) +
                                         " cannot be read. Run revint backtest --again.");
  }
}

Result<std::vector<domain::Quarter>> BacktestQuarters(data::Store& store) {
  RI_ASSIGN_OR_RETURN(const auto text, store.Setting(kListName));
  std::vector<domain::Quarter> quarters;
  const Json list = Json::parse(text.value_or("[]"), nullptr, false);
  for (const Json& name : list) {
    if (const auto quarter = name.is_string()
                                 ? domain::ParseQuarter(name.get_ref<const std::string&>())
                                 : std::nullopt) {
      quarters.push_back(*quarter);
    }
  }
  return quarters;
}

Status StoreBacktestQuarters(data::Store& store, std::span<const domain::Quarter> quarters) {
  Json list = Json::array();
  for (const domain::Quarter quarter : quarters) {
    list.push_back(domain::FormatQuarter(quarter));
  }
  return store.SetSetting(kListName, list.dump());
}

Status StoreFit(data::Store& store, const std::string& key,
                const forecasting::CorrelationFit& fit) {
  const Json json = {{"rho_global", fit.rho_global},
                     {"rho_team", fit.rho_team},
                     {"rho_low", fit.rho_low},
                     {"rho_high", fit.rho_high},
                     {"global_log_deviation", fit.global_log_deviation},
                     {"team_log_deviation", fit.team_log_deviation},
                     {"sharpness", fit.sharpness},
                     {"num_cohorts", fit.num_cohorts},
                     {"num_deals", fit.num_deals}};
  return store.SetSetting(kCorrelationName + key, json.dump());
}

Result<std::optional<forecasting::CorrelationFit>> LoadFit(data::Store& store,
                                                           const std::string& key) {
  RI_ASSIGN_OR_RETURN(const auto text, store.Setting(kCorrelationName + key));
  try {
    const Json json = Json::parse(text.value_or("null"));
    if (json.is_null()) {
      return std::nullopt;
    }
    forecasting::CorrelationFit fit;
    json.at("rho_global").get_to(fit.rho_global);
    json.at("rho_team").get_to(fit.rho_team);
    json.at("rho_low").get_to(fit.rho_low);
    json.at("rho_high").get_to(fit.rho_high);
    json.at("global_log_deviation").get_to(fit.global_log_deviation);
    json.at("team_log_deviation").get_to(fit.team_log_deviation);
    json.at("sharpness").get_to(fit.sharpness);
    json.at("num_cohorts").get_to(fit.num_cohorts);
    json.at("num_deals").get_to(fit.num_deals);
    return fit;
  } catch (const Json::exception&) {
    return std::nullopt;  // of another version: made again
  }
}

Result<BacktestEvidence> LoadEvidence(data::Store& store, const domain::FiscalCalendar& calendar,
                                      domain::Date today) {
  BacktestEvidence evidence;
  RI_ASSIGN_OR_RETURN(const auto quarters, BacktestQuarters(store));
  const int week = calendar.WeekOfQuarter(today);
  const domain::Date learned_on = FactorsLearnedOn(calendar, today);
  std::vector<double> pits;
  for (const domain::Quarter quarter : quarters) {
    if (calendar.PeriodOf(quarter).end > today) {
      continue;
    }
    RI_ASSIGN_OR_RETURN(const auto replay, LoadReplay(store, quarter));
    if (!replay) {
      continue;
    }
    if (calendar.PeriodOf(quarter).end <= learned_on) {
      evidence.cohorts.push_back(replay->cohort);
    }
    const ReplayedForecast* nearest = nullptr;
    for (const ReplayedForecast& forecast : replay->forecasts) {
      if (forecast.source == "model" && forecast.node == "total" &&
          (nearest == nullptr || std::abs(forecast.week - week) < std::abs(nearest->week - week))) {
        nearest = &forecast;
      }
    }
    if (nearest != nullptr) {
      pits.push_back(nearest->score.pit);
    }
  }
  if (evidence.cohorts.size() < kSmallestCohorts) {
    evidence.cohorts.clear();
  }
  evidence.width = forecasting::FitWidth(pits);
  return evidence;
}

}  // namespace ri::revenue
