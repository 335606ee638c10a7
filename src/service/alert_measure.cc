#include "service/alert_measure.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace ri::service {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kBins = 10;
constexpr std::chrono::days kLossWait{182};

double Ratio(double part, double whole) { return whole > 0 ? part / whole : kNone; }
double Odds(double share) { return share / (1 - share); }

/// Calls `with` for the rows of each Monday.
template <typename With>
Status EachWeek(std::span<const DealWeek> rows, const With& with) {
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin;
    while (end < rows.size() && rows[end].week == rows[begin].week) {
      ++end;
    }
    RI_RETURN_IF_ERROR(with(begin, rows.subspan(begin, end - begin)));
    begin = end;
  }
  return {};
}

template <typename Stated, typename Happened>
MeasuredRisk MeasureRisk(const char* name, std::span<const DealWeek> rows, const Stated& stated,
                         const Happened& happened) {
  std::vector<std::pair<double, bool>> judged;
  for (const DealWeek& row : rows) {
    const double chance = stated(row);
    const std::optional<bool> end = happened(row);
    if (end && !std::isnan(chance)) {
      judged.emplace_back(chance, *end);
    }
  }
  // By the chance alone: deals with the same chance stay in their order, whatever became of them.
  std::ranges::stable_sort(judged, {}, &std::pair<double, bool>::first);
  MeasuredRisk risk{.name = name,
                    .judged = judged.size(),
                    .stated = kNone,
                    .happened = kNone,
                    .calibration_error = kNone};
  if (judged.empty()) {
    return risk;
  }
  risk.stated = risk.happened = risk.calibration_error = 0;
  const auto all = static_cast<double>(judged.size());
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    MeasuredRisk::Bin group;
    for (std::size_t i = judged.size() * bin / kBins; i < judged.size() * (bin + 1) / kBins; ++i) {
      group.stated += judged[i].first;
      group.happened += judged[i].second ? 1 : 0;
      ++group.judged;
    }
    if (group.judged == 0) {
      continue;
    }
    risk.stated += group.stated / all;
    risk.happened += group.happened / all;
    risk.calibration_error += std::fabs(group.stated - group.happened) / all;
    group.stated /= static_cast<double>(group.judged);
    group.happened /= static_cast<double>(group.judged);
    risk.bins.push_back(group);
  }
  return risk;
}

Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
double NumberOf(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number() ? found->get<double>() : kNone;
}

Json ToJson(const MeasuredAlert& alert) {
  const scoring::AlertRecord& record = alert.record;
  return {{"type", AlertTypeName(alert.type)},
          {"enough", alert.enough},
          {"fired", record.fired},
          {"missed", record.missed},
          {"pending", alert.pending},
          {"precision", Number(record.precision)},
          {"precision_low", record.precision_interval.low},
          {"precision_high", record.precision_interval.high},
          {"promises", record.promises},
          {"base_rate", Number(record.base_rate)},
          {"weeks_base_rate", Number(record.weeks_base_rate)},
          {"lift", Number(record.lift)},
          {"lift_low", Number(alert.lift_interval.low)},
          {"lift_high", Number(alert.lift_interval.high)},
          {"kept_ratio", Number(alert.kept_ratio)},
          {"odds_ratio", Number(alert.odds_ratio)},
          {"median_lead_weeks", Number(record.median_lead_weeks)},
          {"refires_per_deal", record.refires_per_deal},
          {"recall", Number(record.recall)}};
}

}  // namespace

Result<MeasuredAlert> MeasureAlert(std::span<const DealWeek> rows, std::size_t type,
                                   const AlertSettings& settings,
                                   std::optional<std::size_t> judged_as) {
  AlertSettings only = settings;
  only.muted.fill(true);
  only.muted[type] = false;
  AlertDesk desk(only);
  std::vector<scoring::JudgedWeek> judged;
  judged.reserve(rows.size());
  for (const DealWeek& row : rows) {
    judged.push_back({.deal_id = row.deal_id,
                      .week = row.week,
                      .flagged = AlertHolds(type, row, only),
                      .missed = row.promise.missed,
                      .miss_known = row.promise.known,
                      .promised = row.commit_date.value_or(domain::Date{}),
                      .counted = MayFire(judged_as.value_or(type), row, settings)});
  }
  MeasuredAlert alert{.type = type};
  RI_RETURN_IF_ERROR(EachWeek(rows, [&](std::size_t begin, auto week) -> Status {
    RI_ASSIGN_OR_RETURN(const auto events, desk.Advance(week.front().week, week));
    for (const DeskEvent& event : events) {
      if (event.change == scoring::AlertChange::kFired) {
        judged[begin + event.row].fired = true;
        alert.pending += judged[begin + event.row].missed ? 0 : 1;
      }
    }
    return {};
  }));
  alert.record = scoring::JudgeAlerts(judged);
  const scoring::AlertRecord& record = alert.record;
  alert.lift_interval = {.low = Ratio(record.precision_interval.low, record.base_rate),
                         .high = Ratio(record.precision_interval.high, record.base_rate)};
  alert.kept_ratio = Ratio(1 - record.precision, 1 - record.base_rate);
  alert.odds_ratio = Ratio(Odds(record.precision), Odds(record.base_rate));
  alert.enough = record.fired >= kLeastAlerts;
  return alert;
}

Result<AlertMeasurement> MeasureAlerts(const DealWeeks& history, const AlertSettings& settings) {
  const std::span<const DealWeek> rows = history.rows;
  AlertMeasurement measurement{.quarters = history.models.size(),
                               .deal_weeks = rows.size(),
                               .base_rate = kNone,
                               .kept_share = history.kept_share,
                               .models = history.models};
  if (!rows.empty()) {
    measurement.from = rows.front().week;
    measurement.to = rows.back().week;
  }
  for (std::size_t type = 0; type < kAlertTypes; ++type) {
    RI_ASSIGN_OR_RETURN(MeasuredAlert alert, MeasureAlert(rows, type, settings));
    measurement.alerts.push_back(std::move(alert));
  }
  const auto missed = static_cast<double>(std::ranges::count_if(
      rows, [](const DealWeek& row) { return row.promise.missed.value_or(false); }));
  measurement.judged_weeks = static_cast<std::size_t>(std::ranges::count_if(
      rows, [](const DealWeek& row) { return row.promise.missed.has_value(); }));
  measurement.base_rate = Ratio(missed, static_cast<double>(measurement.judged_weeks));
  measurement.risks = {MeasureRisk(
                           "miss", rows, [](const DealWeek& row) { return row.risk / 100; },
                           [](const DealWeek& row) { return row.promise.missed; }),
                       MeasureRisk(
                           "loss", rows, [](const DealWeek& row) { return row.loss; },
                           [&](const DealWeek& row) {
                             // Quick ends alone would not stand for all, so recent weeks are left
                             // out.
                             return row.won && row.week + kLossWait <= measurement.to
                                        ? std::optional(!*row.won)
                                        : std::optional<bool>();
                           }),
                       MeasureRisk(
                           "slip", rows, [](const DealWeek& row) { return row.slip; },
                           [](const DealWeek& row) { return row.slipped; }),
                       MeasureRisk(
                           "stall", rows, [](const DealWeek& row) { return row.stall; },
                           [](const DealWeek& row) { return row.stalled; }),
                       MeasureRisk(
                           "shrink", rows, [](const DealWeek& row) { return row.shrink; },
                           [](const DealWeek& row) { return row.shrunk; })};
  return measurement;
}

std::string AlertMeasurementJson(const AlertMeasurement& measurement) {
  Json decisions = Json::array();
  for (const DecisionOutcome& outcome : measurement.decisions) {
    decisions.push_back({{"kind", outcome.kind},
                         {"reason_code", outcome.reason_code},
                         {"user_id", outcome.user_id},
                         {"decisions", outcome.decisions},
                         {"judged", outcome.judged},
                         {"kept", Number(outcome.kept)},
                         {"stated", Number(outcome.stated)},
                         {"matched", outcome.matched},
                         {"controls", Number(outcome.controls)},
                         {"difference", Number(outcome.difference)},
                         {"low", Number(outcome.low)},
                         {"high", Number(outcome.high)},
                         {"enough", outcome.enough}});
  }
  Json alerts = Json::array();
  for (const MeasuredAlert& alert : measurement.alerts) {
    alerts.push_back(ToJson(alert));
  }
  Json risks = Json::array();
  for (const MeasuredRisk& risk : measurement.risks) {
    Json bins = Json::array();
    for (const MeasuredRisk::Bin& bin : risk.bins) {
      bins.push_back({{"stated", bin.stated}, {"happened", bin.happened}, {"judged", bin.judged}});
    }
    risks.push_back({{"risk", risk.name},
                     {"judged", risk.judged},
                     {"stated", Number(risk.stated)},
                     {"happened", Number(risk.happened)},
                     {"calibration_error", Number(risk.calibration_error)},
                     {"bins", std::move(bins)}});
  }
  Json models = Json::array();
  for (const ReplayedModel& model : measurement.models) {
    models.push_back({{"quarter", domain::FormatQuarter(model.quarter)}, {"family", model.family}});
  }
  return Json{{"from", domain::FormatDate(measurement.from)},
              {"to", domain::FormatDate(measurement.to)},
              {"quarters", measurement.quarters},
              {"deal_weeks", measurement.deal_weeks},
              {"judged_weeks", measurement.judged_weeks},
              {"base_rate", Number(measurement.base_rate)},
              {"kept_share", measurement.kept_share},
              {"models", std::move(models)},
              {"alerts", std::move(alerts)},
              {"risks", std::move(risks)},
              {"decisions", std::move(decisions)}}
      .dump(2);
}

Result<AlertMeasurement> AlertMeasurementFrom(const std::string& text) {
  try {
    const Json json = Json::parse(text);
    AlertMeasurement measurement{
        .from = domain::ParseIsoDate(json.at("from").get<std::string>()).value_or(domain::Date{}),
        .to = domain::ParseIsoDate(json.at("to").get<std::string>()).value_or(domain::Date{}),
        .quarters = json.at("quarters").get<std::size_t>(),
        .deal_weeks = json.at("deal_weeks").get<std::size_t>(),
        .judged_weeks = json.at("judged_weeks").get<std::size_t>(),
        .base_rate = NumberOf(json, "base_rate"),
        .kept_share = json.at("kept_share").get<double>()};
    for (const Json& model : json.at("models")) {
      measurement.models.push_back(
          {.quarter = domain::ParseQuarter(model.at("quarter").get<std::string>())
                          .value_or(domain::Quarter{}),
           .family = model.at("family").get<std::string>()});
    }
    for (const Json& entry : json.at("alerts")) {
      const auto type = AlertTypeNamed(entry.at("type").get<std::string>());
      if (!type) {
        continue;
      }
      measurement.alerts.push_back(
          {.type = *type,
           .record = {.fired = entry.at("fired").get<std::size_t>(),
                      .missed = entry.at("missed").get<std::size_t>(),
                      .precision = NumberOf(entry, "precision"),
                      .precision_interval = {.low = NumberOf(entry, "precision_low"),
                                             .high = NumberOf(entry, "precision_high")},
                      .promises = entry.value("promises", std::size_t{0}),
                      .base_rate = NumberOf(entry, "base_rate"),
                      .weeks_base_rate = NumberOf(entry, "weeks_base_rate"),
                      .lift = NumberOf(entry, "lift"),
                      .median_lead_weeks = NumberOf(entry, "median_lead_weeks"),
                      .refires_per_deal = NumberOf(entry, "refires_per_deal"),
                      .recall = NumberOf(entry, "recall")},
           .lift_interval = {.low = NumberOf(entry, "lift_low"),
                             .high = NumberOf(entry, "lift_high")},
           .kept_ratio = NumberOf(entry, "kept_ratio"),
           .odds_ratio = NumberOf(entry, "odds_ratio"),
           .pending = entry.at("pending").get<std::size_t>(),
           .enough = entry.at("enough").get<bool>()});
    }
    for (const Json& entry : json.at("risks")) {
      MeasuredRisk risk{.name = entry.at("risk").get<std::string>(),
                        .judged = entry.at("judged").get<std::size_t>(),
                        .stated = NumberOf(entry, "stated"),
                        .happened = NumberOf(entry, "happened"),
                        .calibration_error = NumberOf(entry, "calibration_error")};
      for (const Json& bin : entry.at("bins")) {
        risk.bins.push_back({.stated = bin.at("stated").get<double>(),
                             .happened = bin.at("happened").get<double>(),
                             .judged = bin.at("judged").get<std::size_t>()});
      }
      measurement.risks.push_back(std::move(risk));
    }
    for (const Json& entry : json.value("decisions", Json::array())) {
      measurement.decisions.push_back({.kind = entry.at("kind").get<std::string>(),
                                       .reason_code = entry.at("reason_code").get<std::string>(),
                                       .user_id = entry.at("user_id").get<std::int64_t>(),
                                       .decisions = entry.at("decisions").get<std::size_t>(),
                                       .judged = entry.at("judged").get<std::size_t>(),
                                       .kept = NumberOf(entry, "kept"),
                                       .stated = NumberOf(entry, "stated"),
                                       .matched = entry.at("matched").get<std::size_t>(),
                                       .controls = NumberOf(entry, "controls"),
                                       .difference = NumberOf(entry, "difference"),
                                       .low = NumberOf(entry, "low"),
                                       .high = NumberOf(entry, "high"),
                                       .enough = entry.at("enough").get<bool>()});
    }
    return measurement;
  } catch (const Json::exception&) {
    return Fail(ErrorCode::kStorage,
                "The stored measurement of the alerts cannot be read. Run revint alerts measure.");
  }
}

}  // namespace ri::service
