// Versions of the model: gates, cards, differences, promotion.
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "api/deal_documents.h"
#include "api/known_sentences.h"
#include "api/permitted.h"
#include "api/routes.h"
#include "lifecycle/model_card.h"
#include "lifecycle/model_versions.h"
#include "registry/registry.h"
#include "service/daily_step.h"
#include "service/monitor.h"

namespace ri::api {
namespace {

using Json = nlohmann::json;

Json Parsed(const std::string& text) {
  Json document = Json::parse(text, nullptr, false);
  return document.is_object() ? document : Json::object();
}

/// document[first][second] as a number, else NaN.
double NumberAt(const Json& document, const char* first, const char* second) {
  const Json* at = &document;
  for (const char* name : {"out_of_time", first, second}) {
    if (name == nullptr) {
      break;
    }
    if (!at->is_object() || !at->contains(name)) {
      return std::nan("");
    }
    at = &(*at)[name];
  }
  return at->is_number() ? at->get<double>() : std::nan("");
}

std::string TextAt(const Json& document, const char* name) {
  const auto found = document.find(name);
  return found != document.end() && found->is_string() ? found->get<std::string>() : "";
}

using Aliases = std::map<std::string, std::vector<std::string>>;

Result<Aliases> AliasesOf(Call& call) {
  registry::Registry registry(call.services.workspace.store());
  Aliases aliases;
  for (const std::string_view alias : {registry::kChampion, registry::kChallenger}) {
    RI_ASSIGN_OR_RETURN(const auto version, registry.Current(alias));
    if (version) {
      aliases[version->text()].emplace_back(alias);
    }
  }
  return aliases;
}

void WriteSummary(JsonWriter& json, const data::StoredModel& model, const Aliases& aliases,
                  base::Language language) {
  const Json evaluation = Parsed(model.evaluation);
  json.BeginObject().Field("version", model.version).BeginArray("aliases");
  if (const auto found = aliases.find(model.version); found != aliases.end()) {
    for (const std::string& alias : found->second) {
      json.Value(alias);
    }
  }
  json.EndArray();
  TimeField(json, "created_at", std::optional(model.created_at));
  std::int64_t passed = 0;
  std::int64_t gates = 0;
  if (const auto list = evaluation.find("gates"); list != evaluation.end() && list->is_array()) {
    for (const Json& gate : *list) {
      ++gates;
      passed += gate.value("passed", false) ? 1 : 0;
    }
  }
  json.Field("family", TextAt(evaluation, "family"))
      .TextOrNull("refusal", InLanguage(language, TextAt(evaluation, "refusal")))
      .Field("log_loss", NumberAt(evaluation, "log_loss", "value"))
      .Field("baseline_log_loss", NumberAt(evaluation, "baseline_log_loss", "value"))
      .Field("auc", NumberAt(evaluation, "auc", "value"))
      .Field("gates_passed", passed)
      .Field("gates", gates)
      .EndObject();
}

void WriteChange(JsonWriter& json, const data::AliasChange& change) {
  json.BeginObject().Field("alias", change.alias).TextOrNull("version", change.version);
  TimeField(json, "at", std::optional(change.at));
  json.Field("actor", change.actor).Field("reason", change.reason).EndObject();
}

Result<data::StoredModel> FindModel(Call& call, const std::string& name) {
  registry::Registry registry(call.services.workspace.store());
  RI_ASSIGN_OR_RETURN(const domain::ModelVersion version, registry.Resolve(name));
  return call.services.workspace.store().Model(version.text());
}

Result<Response> List(Call& call) {
  RI_ASSIGN_OR_RETURN(const auto models, call.services.workspace.store().Models());
  RI_ASSIGN_OR_RETURN(const Aliases aliases, AliasesOf(call));
  RI_ASSIGN_OR_RETURN(const auto changes, call.services.workspace.store().AliasChanges());
  JsonWriter json;
  json.BeginObject().BeginArray("items");
  for (const data::StoredModel& model : models) {
    WriteSummary(json, model, aliases, call.language());
  }
  json.EndArray().BeginArray("changes");
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
    WriteChange(json, *change);
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

Result<Response> Get(Call& call) {
  RI_ASSIGN_OR_RETURN(const data::StoredModel model, FindModel(call, call.Path("version")));
  RI_ASSIGN_OR_RETURN(const Aliases aliases, AliasesOf(call));
  const Json evaluation = Parsed(model.evaluation);
  JsonWriter json;
  json.BeginObject().Key("summary");
  WriteSummary(json, model, aliases, call.language());
  json.BeginArray("gates");
  if (const auto list = evaluation.find("gates"); list != evaluation.end() && list->is_array()) {
    for (const Json& gate : *list) {
      json.BeginObject()
          .Field("id", TextAt(gate, "id"))
          .Field("name", InLanguage(call.language(), TextAt(gate, "question")))
          .Field("passed", gate.value("passed", false))
          .Field("blocking", gate.value("blocking", false))
          .Field("evidence", InLanguage(call.language(), TextAt(gate, "evidence")))
          .EndObject();
    }
  }
  json.EndArray()
      .Key("evaluation")
      .Raw(evaluation.dump())
      .Key("manifest")
      .Raw(Parsed(model.manifest).dump())
      .EndObject();
  return JsonResponse(json);
}

Result<Response> Card(Call& call) {
  RI_ASSIGN_OR_RETURN(const data::StoredModel model, FindModel(call, call.Path("version")));
  RI_ASSIGN_OR_RETURN(std::string card, lifecycle::ModelCardMarkdown(model));
  return TextResponse(200, "text/markdown; charset=utf-8", std::move(card));
}

/// Leaves of both documents that differ, by path.
void WriteDifferences(JsonWriter& json, const std::string& root, const std::string& from,
                      const std::string& to) {
  const Json before = Parsed(from).flatten();
  const Json after = Parsed(to).flatten();
  std::map<std::string, std::pair<const Json*, const Json*>> leaves;
  for (const auto& [path, value] : before.items()) {
    leaves[path].first = &value;
  }
  for (const auto& [path, value] : after.items()) {
    leaves[path].second = &value;
  }
  const auto write = [&](const char* name, const Json* value) {
    json.Key(name);
    if (value == nullptr || value->is_null()) {
      json.Null();
    } else {
      json.Value(value->is_string() ? value->get<std::string>() : value->dump());
    }
  };
  for (const auto& [path, values] : leaves) {
    const bool equal =
        values.first != nullptr && values.second != nullptr && *values.first == *values.second;
    if (!equal) {
      json.BeginObject().Field("where", root + path);
      write("from", values.first);
      write("to", values.second);
      json.EndObject();
    }
  }
}

Result<Response> Diff(Call& call) {
  QueryInput query(call.request);
  const std::string from = query.TextOr("from", 64, "");
  const std::string to = query.TextOr("to", 64, "");
  if (from.empty()) {
    query.Complain("from", "is missing.");
  }
  if (to.empty()) {
    query.Complain("to", "is missing.");
  }
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const data::StoredModel before, FindModel(call, from));
  RI_ASSIGN_OR_RETURN(const data::StoredModel after, FindModel(call, to));
  RI_ASSIGN_OR_RETURN(const Aliases aliases, AliasesOf(call));
  JsonWriter json;
  json.BeginObject().Key("from");
  WriteSummary(json, before, aliases, call.language());
  json.Key("to");
  WriteSummary(json, after, aliases, call.language());
  json.BeginArray("differences");
  WriteDifferences(json, "evaluation", before.evaluation, after.evaluation);
  WriteDifferences(json, "manifest", before.manifest, after.manifest);
  json.EndArray().EndObject();
  return JsonResponse(json);
}

/// Alias and reason of a promotion or a step back.
struct AliasInput {
  std::string alias, reason;
};

std::optional<Response> ReadAlias(Call& call, AliasInput& input) {
  BodyInput body(call.request);
  input.alias = body.Word("alias", {"champion", "challenger"}).value_or("champion");
  input.reason = body.RequiredText("reason", 3, 1000);
  return body.Refusal();
}

lifecycle::AliasOrder OrderOf(Call& call, const AliasInput& input) {
  return {
      .alias = input.alias, .actor = call.user().actor(), .reason = input.reason, .now = call.now};
}

Result<Response> NowInForce(Call& call, const data::AliasChange& change) {
  call.services.deals.Wake();
  JsonWriter json;
  WriteChange(json, change);
  return JsonResponse(json);
}

Result<Response> Promote(Call& call) {
  AliasInput input;
  if (auto refusal = ReadAlias(call, input)) {
    return *std::move(refusal);
  }
  lifecycle::AliasOrder order = OrderOf(call, input);
  order.version = call.Path("version");
  RI_ASSIGN_OR_RETURN(const data::AliasChange change,
                      lifecycle::PromoteModel(call.services.workspace, order));
  return NowInForce(call, change);
}

Result<Response> Rollback(Call& call) {
  AliasInput input;
  if (auto refusal = ReadAlias(call, input)) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const data::AliasChange change,
                      lifecycle::RollBackModel(call.services.workspace, OrderOf(call, input)));
  return NowInForce(call, change);
}

/// The digest of one list, made once: it reads nine quarters of Mondays.
Result<std::shared_ptr<const service::MonitorReport>> MonitorOf(Call& call, const DealView& view) {
  struct Cache {
    std::mutex mutex;
    std::shared_ptr<const book::DealBook> book;
    std::shared_ptr<const service::MonitorReport> report;
  };
  static Cache cache;
  const std::lock_guard lock(cache.mutex);
  if (cache.book != view.list->shared_book()) {
    RI_ASSIGN_OR_RETURN(auto report, service::RunMonitor(call.services.workspace, view.list->book(),
                                                         base::Progress::Silent()));
    cache.report = std::make_shared<const service::MonitorReport>(std::move(report));
    cache.book = view.list->shared_book();
  }
  return cache.report;
}

Result<Response> Monitoring(Call& call) {
  QueryInput query(call.request);
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const DealView view, OpenViewAt(call, std::nullopt, std::nullopt));
  RI_ASSIGN_OR_RETURN(const auto report, MonitorOf(call, view));
  RI_ASSIGN_OR_RETURN(const auto runs, call.services.workspace.store().ScoreRuns());
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, view);
  json.TextOrNull("message", InLanguage(view.language, report->drift.refusal))
      .BeginObject("freshness");
  TimeField(json, "newest_import", std::optional(view.list->book().knowledge()->newest_batch));
  TimeField(json, "newest_event", report->newest_fact);
  TimeField(json, "newest_score_run",
            runs.empty() ? std::nullopt : std::optional(runs.front().created_at));
  json.EndObject().BeginArray("drift");
  const auto& definitions = view.list->book().table().features;
  for (const monitoring::FeatureDrift& feature : report->drift.features) {
    const auto definition =
        std::ranges::find(definitions, feature.name, &features::FeatureDefinition::name);
    json.BeginObject()
        .Field("feature", feature.name)
        .Field("group", definition == definitions.end() ? std::string() : definition->group)
        .Field("psi", feature.stability_index)
        .Field("verdict", feature.drifted                              ? "changed"
                          : feature.stability_index > feature.ordinary ? "shifted"
                                                                       : "stable")
        .Field("missing_then", feature.missing_before)
        .Field("missing_now", feature.missing_now)
        .EndObject();
  }
  json.EndArray()
      .Key("digest")
      .Raw(Json::parse(service::MonitorJson(*report), nullptr, false).dump())
      .EndObject();
  return JsonResponse(json);
}

/// What the newest daily runs did, what each step took, and whether scores came out the same again.
Result<Response> DailyRuns(Call& call) {
  QueryInput query(call.request);
  const auto limit = query.Integer("limit", 1, 60);
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  data::OperationsStore& operations = call.services.operations;
  RI_ASSIGN_OR_RETURN(const auto runs, operations.DailyRuns(limit.value_or(14)));
  JsonWriter json;
  json.BeginObject().BeginArray("items");
  for (const data::StoredDailyRun& run : runs) {
    RI_ASSIGN_OR_RETURN(const auto steps, operations.DailySteps(run.day));
    RI_ASSIGN_OR_RETURN(const auto costs, operations.DailyCosts(run.day));
    json.BeginObject();
    DateField(json, "day", std::optional(domain::DateFromDayNumber(run.day)));
    TimeField(json, "moment", std::optional(domain::TimestampFromMilliseconds(run.moment)));
    json.Field("status", run.status).BeginArray("steps");
    Json scored;
    for (const service::DailyStep& planned : service::DailySteps()) {
      const auto step = std::ranges::find(steps, planned.name, &data::StoredDailyStep::step);
      if (step == steps.end()) {
        continue;
      }
      if (planned.name == "score") {
        scored = Json::parse(step->report, nullptr, false);
      }
      const auto cost = std::ranges::find(costs, planned.name, &data::StoredDailyCost::step);
      json.BeginObject()
          .Field("step", step->step)
          .Field("status", step->status)
          .Field("summary", InLanguage(call.language(), step->summary));
      if (cost == costs.end()) {
        json.NullField("seconds").NullField("processor_seconds").NullField("peak_bytes");
      } else {
        json.Field("seconds", cost->seconds)
            .Field("processor_seconds", cost->processor_seconds)
            .Field("peak_bytes", cost->peak_bytes);
      }
      json.EndObject();
    }
    json.EndArray();
    for (const char* name : {"computed_again", "identical"}) {
      json.Key(name);
      scored.is_object() && scored.contains(name) ? json.Raw(scored[name].dump()) : json.Null();
    }
    json.EndObject();
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

}  // namespace

void AddModelRoutes(Router& router) {
  using identity::Permission;
  router.Add(Permitted("GET", "/api/v1/models", Permission::kInsight, List));
  router.Add(Permitted("GET", "/api/v1/models/diff", Permission::kInsight, Diff));
  router.Add(Permitted("POST", "/api/v1/models/rollback", Permission::kModel, Rollback));
  router.Add(Permitted("GET", "/api/v1/models/{version}", Permission::kInsight, Get));
  router.Add(Permitted("GET", "/api/v1/models/{version}/card", Permission::kInsight, Card));
  router.Add(Permitted("POST", "/api/v1/models/{version}/promote", Permission::kModel, Promote));
  router.Add(Permitted("GET", "/api/v1/monitoring", Permission::kInsight, Monitoring));
  router.Add(Permitted("GET", "/api/v1/monitoring/runs", Permission::kInsight, DailyRuns));
}

}  // namespace ri::api
