// Alerts: what was raised, how good each rule was on the past, and its switch.
#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "api/deal_documents.h"
#include "api/known_sentences.h"
#include "api/permitted.h"
#include "api/routes.h"
#include "service/alert_history.h"
#include "service/alerts.h"

namespace ri::api {
namespace {

constexpr base::Phrase kNoDecision("No decision has been measured yet.",
                                   "Noch keine Entscheidung wurde gemessen.");

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestReason = 500;

/// Members of a document made elsewhere.
void WriteMembers(JsonWriter& json, const std::string& document) {
  const Json members = Json::parse(document);
  for (const auto& [name, value] : members.items()) {
    json.Key(name).Raw(value.dump());
  }
}

Result<Response> Trust(Call& call) {
  QueryInput query(call.request);
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const DealView view, OpenViewAt(call, std::nullopt, std::nullopt));
  data::OperationsStore& operations = call.services.operations;
  RI_ASSIGN_OR_RETURN(const service::AlertSettings settings,
                      service::LoadAlertSettings(operations));
  RI_ASSIGN_OR_RETURN(const auto measurement, service::StoredAlertMeasurement(operations));
  const book::DealBook& book = view.list->book();
  RI_ASSIGN_OR_RETURN(
      const service::AlertEffect effect,
      service::MeasureAlertEffect(*book.knowledge(), operations, book.moment().as_of));
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, view);
  WriteMembers(json, service::AlertTrustJson(settings, measurement, effect));
  json.EndObject();
  return JsonResponse(json);
}

/// Alerts about deals that are open and that the reader may see; withheld ones are nobody's.
Result<Response> List(Call& call) {
  QueryInput query(call.request);
  const auto open = query.Flag("open");
  const auto deal_id = query.Text("deal_id", 200);
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const DealView view, OpenViewAt(call, std::nullopt, std::nullopt));
  data::OperationsStore& operations = call.services.operations;
  RI_ASSIGN_OR_RETURN(
      std::vector<data::StoredAlert> alerts,
      deal_id ? operations.AlertsOf(*deal_id) : operations.Alerts(0, open.value_or(true)));
  std::erase_if(alerts, [&](const data::StoredAlert& alert) {
    const auto position = view.list->book().Find(alert.deal_id);
    return alert.withheld || !position ||
           !view.visibility.Sees(view.list->listed(*position).owner) ||
           (open.value_or(!deal_id) && alert.ended_day);
  });
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, view);
  json.BeginArray("items");
  for (const data::StoredAlert& alert : alerts) {
    WriteAlert(json, view, alert);
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

/// What became of deals people decided about: everybody's together for those with insight, and
/// each person's own to that person alone.
Result<Response> Decisions(Call& call) {
  QueryInput query(call.request);
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const DealView view, OpenViewAt(call, std::nullopt, std::nullopt));
  RI_ASSIGN_OR_RETURN(const auto measurement,
                      service::StoredAlertMeasurement(call.services.operations));
  const bool insight = call.user().permissions.Has(identity::Permission::kInsight);
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, view);
  bool any = false;
  json.BeginArray("items");
  for (const service::DecisionOutcome& outcome :
       measurement ? measurement->decisions : std::vector<service::DecisionOutcome>()) {
    const bool own = outcome.user_id == call.user().user.id;
    if (!own && !(outcome.user_id == 0 && insight)) {
      continue;
    }
    any = true;
    json.BeginObject()
        .Field("kind", outcome.kind)
        .TextOrNull("reason_code", outcome.reason_code)
        .Field("own", own)
        .Field("decisions", outcome.decisions)
        .Field("judged", outcome.judged)
        .Field("kept", outcome.kept)
        .Field("stated", outcome.stated)
        .Field("matched", outcome.matched)
        .Field("enough", outcome.enough);
    const auto when = [&](double value) {
      return outcome.enough ? value : std::numeric_limits<double>::quiet_NaN();
    };
    json.Field("controls", when(outcome.controls))
        .BeginObject("difference")
        .Field("value", when(outcome.difference))
        .Field("low", when(outcome.low))
        .Field("high", when(outcome.high))
        .EndObject()
        .EndObject();
  }
  json.EndArray()
      .Field("comparison", "observational")
      .TextOrNull("message", any ? "" : kNoDecision.In(view.language))
      .EndObject();
  return JsonResponse(json);
}

Result<Response> Changes(Call& call) {
  QueryInput query(call.request);
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const auto changes, service::AlertChanges(call.services.operations));
  JsonWriter json;
  json.Raw(service::AlertChangesJson(changes));
  return JsonResponse(json);
}

Result<Response> ChangeRule(Call& call) {
  BodyInput body(call.request);
  service::AlertSettingsChange change{.type = service::AlertTypeNamed(call.Path("rule"))};
  change.muted = body.Flag("muted");
  change.reason = body.Text("reason", 0, kLongestReason).value_or("");
  if (change.type) {
    const service::ThresholdRange range = service::AlertSettings::RangeOf(*change.type);
    change.threshold = body.Number("threshold", range.least, range.most);
  }
  if (auto refusal = body.Refusal()) {
    return *std::move(refusal);
  }
  if (!change.type) {
    return Problem(404, "not-found", "There is no such alert rule.");
  }
  data::OperationsStore& operations = call.services.operations;
  RI_ASSIGN_OR_RETURN(service::AlertSettings settings, service::LoadAlertSettings(operations));
  RI_RETURN_IF_ERROR(
      service::ChangeAlertSettings(operations, change, call.user().actor(), call.now, settings));
  return Trust(call);
}

Result<Response> ChangeBudget(Call& call) {
  BodyInput body(call.request);
  service::AlertSettingsChange change;
  change.holdout_share = body.Number("holdout_share", 0, 0.5);
  change.reason = body.Text("reason", 0, kLongestReason).value_or("");
  if (const auto budget = body.Integer("new_per_rep_and_week", 0, 1000)) {
    change.new_per_rep_and_week = static_cast<std::size_t>(*budget);
  }
  if (auto refusal = body.Refusal()) {
    return *std::move(refusal);
  }
  data::OperationsStore& operations = call.services.operations;
  RI_ASSIGN_OR_RETURN(service::AlertSettings settings, service::LoadAlertSettings(operations));
  RI_RETURN_IF_ERROR(
      service::ChangeAlertSettings(operations, change, call.user().actor(), call.now, settings));
  return Trust(call);
}

}  // namespace

void WriteAlert(JsonWriter& json, const DealView& view, const data::StoredAlert& alert) {
  const auto position = view.list->book().Find(alert.deal_id);
  json.BeginObject()
      .Field("type", alert.type)
      .Field("deal_id", alert.deal_id)
      .TextOrNull("deal_name", position ? view.list->book().deals()[*position].name : "");
  DateField(json, "fired_on", std::optional(domain::DateFromDayNumber(alert.fired_day)));
  json.Field("reason", InLanguage(view.language, alert.reason)).Key("risk");
  alert.risk ? json.Raw(*alert.risk) : json.Null();
  json.Key("win_probability");
  alert.win ? json.Raw(*alert.win) : json.Null();
  DateField(json, "commit_date",
            alert.commit_day
                ? std::optional<domain::Date>(domain::DateFromDayNumber(*alert.commit_day))
                : std::nullopt);
  json.TextOrNull("model_version", alert.model.value_or(""));
  DateField(json, "ended_on",
            alert.ended_day
                ? std::optional<domain::Date>(domain::DateFromDayNumber(*alert.ended_day))
                : std::nullopt);
  json.EndObject();
}

void AddAlertRoutes(Router& router) {
  using identity::Permission;
  router.Add(Permitted("GET", "/api/v1/trust/alerts", Permission::kInsight, Trust));
  router.Add(Permitted("GET", "/api/v1/trust/decisions", Permission::kRead, Decisions));
  router.Add(Permitted("GET", "/api/v1/alerts", Permission::kRead, List));
  router.Add(Permitted("GET", "/api/v1/alerts/changes", Permission::kInsight, Changes));
  router.Add(Permitted("PATCH", "/api/v1/alerts/rules/{rule}", Permission::kOperate, ChangeRule));
  router.Add(Permitted("PATCH", "/api/v1/alerts/settings", Permission::kOperate, ChangeBudget));
}

}  // namespace ri::api
