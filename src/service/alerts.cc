#include "service/alerts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "deals/explain_deal.h"
#include "domain/probability.h"
#include "scoring/deal_risks.h"
#include "service/alert_desk.h"

namespace ri::service {
namespace {

constexpr std::chrono::days kWeek{7};
constexpr std::chrono::days kSilence{91};
constexpr const char* kMeasured = "alerts.measured";
constexpr int kRulesVersion = 2;  // changes when a measurement would come out differently
constexpr std::size_t kReasonsTold = 2;

std::optional<std::string> NumberText(double value) {
  if (!std::isfinite(value)) {
    return std::nullopt;
  }
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return std::string(buffer, end.ptr);
}

double NumberFrom(const std::optional<std::string>& text) {
  double value = std::nan("");
  if (text) {
    std::from_chars(text->data(), text->data() + text->size(), value);
  }
  return value;
}

/// "The chance to miss 2026-12-31 is 93 in 100, against 71 for comparable deals. Mostly: ..."
std::string MissReason(const book::DealBook& book, const DealWeek& row) {
  const double peers = domain::Logistic(
      domain::Logit(std::clamp(1 - row.risk / 100, 1e-6, 1 - 1e-6)) + row.excess_risk);
  std::string text =
      fmt::format("The chance to miss {} is {:.0f} in 100, against {:.0f} for comparable deals.",
                  row.commit_date ? domain::FormatDate(*row.commit_date) : std::string("a win"),
                  row.risk, 100 * (1 - peers));
  const auto explanation = deals::ExplainDeal(book, row.deal_id, {.compared_reasons = 0});
  if (!explanation) {
    return text;
  }
  std::size_t told = 0;
  for (const deals::Reason& reason : explanation->reasons) {
    if (reason.points < 0 && !reason.observation.empty() && told < kReasonsTold) {
      text += (told == 0 ? " Mostly: " : "; ") + reason.observation;
      ++told;
    }
  }
  return told == 0 ? text : text + ".";
}

std::string ReasonOf(const book::DealBook& book, const DealWeek& row, std::size_t type) {
  return type == kMissAlert
             ? MissReason(book, row)
             : scoring::RuleSentence(static_cast<scoring::DealRule>(type - 1), row.facts) + ".";
}

/// One Monday, drawn and kept. Adds what happened to `run`.
Status DrawWeek(book::Workspace& workspace, data::OperationsStore& operations,
                const AlertRunRequest& request, const AlertSettings& settings, domain::Date monday,
                AlertDesk& desk, AlertRun& run, base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const auto book, book::OpenBook(workspace,
                                                      {.as_of = domain::StartOf(monday),
                                                       .known_at = request.known_at,
                                                       .model = request.model,
                                                       .now = request.now},
                                                      progress));
  const book::Knowledge& knowledge = *book->knowledge();
  book::SnapshotScores scores;
  scores.table = book->table();
  scores.deals.assign(book->deals().begin(), book->deals().end());
  const std::vector<DealWeek> rows = DealWeeksOf(knowledge, book->amounts(), scores);
  RI_ASSIGN_OR_RETURN(const std::vector<DeskEvent> events, desk.Advance(monday, rows));
  const auto rep_keys = knowledge.log->keys(data::EntityKind::kRep);
  data::StoredAlertWeek week{.week = domain::DayNumber(monday),
                             .model = book->model().version.text()};
  std::vector<data::StoredAlert> fired;
  std::vector<data::OperationsStore::EndedAlert> ended;
  for (const DeskEvent& event : events) {
    const std::string type(AlertTypeName(event.type));
    switch (event.change) {
      case scoring::AlertChange::kWaiting:
        ++week.waiting;
        break;
      case scoring::AlertChange::kLeft:
      case scoring::AlertChange::kGone:
        ended.push_back({.type = type,
                         .deal_id = event.deal_id,
                         .how = event.change == scoring::AlertChange::kLeft ? "calm" : "gone"});
        break;
      case scoring::AlertChange::kFired: {
        const DealWeek& row = rows[event.row];
        const auto position = book->Find(row.deal_id);
        fired.push_back(
            {.type = type,
             .deal_id = row.deal_id,
             .rep_id = row.owner ? std::optional(rep_keys[*row.owner]) : std::nullopt,
             .fired_day = week.week,
             .withheld =
                 monitoring::InHoldout(settings.holdout_seed, row.deal_id, settings.holdout_share),
             .reason = ReasonOf(*book, row, event.type),
             .risk = NumberText(row.risk),
             .excess_risk = NumberText(row.excess_risk),
             .win = NumberText(row.win),
             .commit_day = row.commit_date ? std::optional(domain::DayNumber(*row.commit_date))
                                           : std::nullopt,
             .model = week.model,
             .row_hash = position ? std::optional(book->deals()[*position].feature_row_hash)
                                  : std::nullopt});
        break;
      }
    }
  }
  week.fired = static_cast<std::int64_t>(fired.size());
  week.ended = static_cast<std::int64_t>(ended.size());
  week.state = desk.ToJson();
  RI_ASSIGN_OR_RETURN(const bool added, operations.AddAlertWeek(week, fired, ended));
  if (!added) {
    return Fail(ErrorCode::kConflict,
                "Another run draws the alerts of the same week. Try again when it is over.");
  }
  ++run.weeks;
  run.model_version = week.model;
  run.fired += fired.size();
  run.waiting = static_cast<std::size_t>(week.waiting);
  run.ended += ended.size();
  for (data::StoredAlert& alert : fired) {
    run.withheld += alert.withheld ? 1 : 0;
    if (!alert.withheld) {
      run.raised.push_back(std::move(alert));
    }
  }
  return {};
}

std::string Fingerprint(const book::Knowledge& knowledge, const domain::FiscalCalendar& calendar,
                        const domain::Currency& currency, const AlertSettings& settings,
                        std::size_t quarters, domain::Timestamp as_of,
                        const std::string& decisions) {
  base::Sha256 hash;
  hash.Update(fmt::format("{} {} {} {} {} {} {} {}", kRulesVersion, knowledge.data_sha256,
                          calendar.Describe(), currency.code(), AlertSettingsJson(settings),
                          quarters, domain::FormatTimestamp(as_of), decisions));
  return base::ToHex(hash.Finish()).substr(0, 16);
}

}  // namespace

Result<AlertRun> RunAlerts(book::Workspace& workspace, data::OperationsStore& operations,
                           const AlertRunRequest& request, base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const auto knowledge, workspace.Load(request.known_at, progress));
  const book::Moment moment = book::EffectiveMoment(*knowledge->log, request.as_of, request.now);
  AlertRun run{.week = domain::MondayOnOrBefore(domain::DateOf(moment.as_of))};
  RI_ASSIGN_OR_RETURN(const auto newest, operations.NewestAlertWeek());
  if (newest && newest->week >= domain::DayNumber(run.week)) {
    run.already = true;
    run.model_version = newest->model;
    run.waiting = static_cast<std::size_t>(newest->waiting);
    RI_ASSIGN_OR_RETURN(auto alerts, operations.Alerts(domain::DayNumber(run.week), false));
    std::ranges::copy_if(alerts, std::back_inserter(run.raised),
                         [](const data::StoredAlert& alert) { return !alert.withheld; });
    return run;
  }
  RI_ASSIGN_OR_RETURN(AlertSettings settings, LoadAlertSettings(operations));
  RI_ASSIGN_OR_RETURN(const auto model, book::PrepareModel(workspace, request.model));
  if (!model->loaded().refusal.empty()) {
    settings.muted[kMissAlert] = true;
  }
  AlertDesk desk(settings);
  domain::Date monday = run.week - kWeek;
  if (newest && run.week - domain::DateFromDayNumber(newest->week) <= kSilence) {
    RI_ASSIGN_OR_RETURN(desk, AlertDesk::FromJson(newest->state, settings));
    monday = domain::DateFromDayNumber(newest->week) + kWeek;
  }
  for (; monday <= run.week; monday += kWeek) {
    if (progress.cancelled()) {
      return Fail(ErrorCode::kCancelled, "Stopped; finished weeks are kept.");
    }
    RI_RETURN_IF_ERROR(
        DrawWeek(workspace, operations, request, settings, monday, desk, run, progress));
  }
  std::ranges::stable_sort(run.raised, std::ranges::greater(), &data::StoredAlert::fired_day);
  return run;
}

Result<AlertMeasurement> MeasureAlertHistory(book::Workspace& workspace,
                                             data::OperationsStore& operations,
                                             const AlertMeasureRequest& request,
                                             base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const auto knowledge, workspace.Load(request.known_at, progress));
  RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar calendar, workspace.Calendar());
  RI_ASSIGN_OR_RETURN(const book::ReportingAmounts amounts,
                      book::ReportingAmounts::For(workspace, *knowledge->log));
  RI_ASSIGN_OR_RETURN(const AlertSettings settings, LoadAlertSettings(operations));
  const book::Moment moment = book::EffectiveMoment(*knowledge->log, request.as_of, request.now);
  RI_ASSIGN_OR_RETURN(const std::string decisions_tag, operations.DecisionsTag());
  const std::string fingerprint = Fingerprint(*knowledge, calendar, amounts.currency(), settings,
                                              request.quarters, moment.as_of, decisions_tag);
  RI_ASSIGN_OR_RETURN(const auto kept, operations.Document(kMeasured));
  if (kept && !request.again) {
    const auto json = nlohmann::json::parse(kept->second, nullptr, false);
    if (json.is_object() && json.value("fingerprint", "") == fingerprint) {
      return AlertMeasurementFrom(json.at("measurement").dump());
    }
  }
  RI_ASSIGN_OR_RETURN(const DealWeeks history,
                      ReplayDealWeeks(*knowledge, amounts, calendar,
                                      {.quarters = request.quarters, .as_of = moment.as_of},
                                      workspace.num_threads(), progress));
  RI_ASSIGN_OR_RETURN(AlertMeasurement measurement, MeasureAlerts(history, settings));
  RI_ASSIGN_OR_RETURN(const auto decisions, operations.DecisionsInForce());
  measurement.decisions = MeasureDecisions(history, decisions);
  const nlohmann::json document = {
      {"fingerprint", fingerprint},
      {"measurement", nlohmann::json::parse(AlertMeasurementJson(measurement))}};
  RI_RETURN_IF_ERROR(
      operations.SetDocument(kMeasured, domain::Milliseconds(request.now), document.dump()));
  return measurement;
}

Result<std::optional<AlertMeasurement>> StoredAlertMeasurement(data::OperationsStore& operations) {
  RI_ASSIGN_OR_RETURN(const auto kept, operations.Document(kMeasured));
  if (!kept) {
    return std::nullopt;
  }
  const auto json = nlohmann::json::parse(kept->second, nullptr, false);
  if (!json.is_object() || !json.contains("measurement")) {
    return std::nullopt;
  }
  RI_ASSIGN_OR_RETURN(AlertMeasurement measurement,
                      AlertMeasurementFrom(json.at("measurement").dump()));
  return std::optional(std::move(measurement));
}

Result<AlertEffect> MeasureAlertEffect(const book::Knowledge& knowledge,
                                       data::OperationsStore& operations, domain::Timestamp as_of) {
  RI_ASSIGN_OR_RETURN(const AlertSettings settings, LoadAlertSettings(operations));
  AlertEffect effect{.holdout_share = settings.holdout_share};
  if (settings.holdout_share <= 0) {
    return effect;
  }
  RI_ASSIGN_OR_RETURN(std::vector<data::StoredAlert> alerts, operations.Alerts(0, false));
  std::ranges::reverse(alerts);
  std::map<std::string_view, bool> seen;
  std::vector<monitoring::TrialRow> rows;
  const domain::Date today = domain::DateOf(as_of);
  for (const data::StoredAlert& alert : alerts) {
    const double chance = NumberFrom(alert.win);
    // Only since the experiment began was it a coin that decided who is shown.
    if (alert.fired_day < settings.holdout_since || !alert.commit_day || std::isnan(chance) ||
        *alert.commit_day + scoring::kGraceDays < alert.fired_day ||
        !seen.emplace(alert.deal_id, true).second) {
      continue;
    }
    const auto deal = knowledge.log->Find(data::EntityKind::kDeal, alert.deal_id);
    const domain::Date due =
        domain::DateFromDayNumber(*alert.commit_day) + std::chrono::days(scoring::kGraceDays);
    if (!deal || due >= today) {
      effect.waiting += deal ? 1 : 0;
      continue;
    }
    bool won = false;
    for (const features::Episode& life : knowledge.engine->episodes()[*deal]) {
      won = won || (life.outcome == features::Outcome::kWon && life.closed &&
                    life.outcome_visible && *life.outcome_visible <= as_of &&
                    domain::DayNumber(domain::DateOf(*life.closed)) >= alert.fired_day &&
                    domain::DateOf(*life.closed) <= due);
    }
    rows.push_back({.shown = !alert.withheld, .chance = chance, .outcome = won ? 1.0 : 0.0});
  }
  effect.lift = monitoring::EstimateLift(rows);
  return effect;
}

}  // namespace ri::service
