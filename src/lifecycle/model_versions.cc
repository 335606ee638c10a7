#include "lifecycle/model_versions.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "data/audit_entry.h"
#include "registry/registry.h"

namespace ri::lifecycle {
namespace {

using Json = nlohmann::ordered_json;

std::string Dump(const Json& document) {
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// The number of a change makes its entry unique: one version may come into force twice.
Status AuditNewest(book::Workspace& workspace, const std::string& action, const AliasOrder& order) {
  RI_ASSIGN_OR_RETURN(data::OperationsStore* const operations, workspace.Operations());
  RI_ASSIGN_OR_RETURN(const auto changes, workspace.store().AliasChanges());
  const auto newest =
      std::ranges::find(changes.rbegin(), changes.rend(), order.alias, &data::AliasChange::alias);
  if (newest == changes.rend()) {
    return {};
  }
  return data::WriteAuditOnce(*operations, order.now, order.actor, action,
                              (newest->version.empty() ? "no model" : "model " + newest->version) +
                                  " as " + order.alias + ", change " +
                                  std::to_string(changes.rend() - newest),
                              Dump({{"alias", order.alias}, {"reason", order.reason}}));
}

Result<data::AliasChange> Newest(book::Workspace& workspace, const std::string& alias) {
  RI_ASSIGN_OR_RETURN(const auto changes, workspace.store().AliasChanges());
  const auto newest =
      std::ranges::find(changes.rbegin(), changes.rend(), alias, &data::AliasChange::alias);
  if (newest == changes.rend()) {
    return Fail(ErrorCode::kInternal, "The alias " + alias + " was not changed.");
  }
  return *newest;
}

Result<data::AliasChange> PointAt(book::Workspace& workspace, const std::string& action,
                                  const AliasOrder& order) {
  // The log is opened before anything changes, so that a change without an entry takes more than a
  // database that cannot be written.
  RI_RETURN_IF_ERROR(workspace.Operations());
  registry::Registry registry(workspace.store());
  RI_ASSIGN_OR_RETURN(const domain::ModelVersion version, registry.Resolve(order.version));
  RI_ASSIGN_OR_RETURN(const auto changes, workspace.store().AliasChanges());
  const auto newest =
      std::ranges::find(changes.rbegin(), changes.rend(), order.alias, &data::AliasChange::alias);
  const bool done = newest != changes.rend() && newest->version == version.text() &&
                    newest->at == domain::Milliseconds(order.now);
  if (!done) {
    RI_RETURN_IF_ERROR(registry.Promote({.alias = order.alias,
                                         .version = version,
                                         .at = order.now,
                                         .actor = order.actor,
                                         .reason = order.reason}));
  }
  RI_RETURN_IF_ERROR(AuditNewest(workspace, action, order));
  return Newest(workspace, order.alias);
}

}  // namespace

Result<data::AliasChange> PromoteModel(book::Workspace& workspace, const AliasOrder& order) {
  return PointAt(workspace, "promote", order);
}

Result<data::AliasChange> RollBackModel(book::Workspace& workspace, const AliasOrder& order) {
  AliasOrder back = order;
  if (back.version.empty()) {
    RI_ASSIGN_OR_RETURN(const auto previous,
                        registry::Registry(workspace.store()).Previous(order.alias));
    if (!previous) {
      return Fail(ErrorCode::kNotFound,
                  "There is no earlier version to roll '" + order.alias + "' back to.");
    }
    back.version = previous->text();
  }
  return PointAt(workspace, "rollback", back);
}

Status ClearAlias(book::Workspace& workspace, const AliasOrder& order) {
  RI_RETURN_IF_ERROR(workspace.Operations());
  RI_RETURN_IF_ERROR(registry::Registry(workspace.store())
                         .Clear({.alias = order.alias,
                                 .version = domain::ModelVersion(""),
                                 .at = order.now,
                                 .actor = order.actor,
                                 .reason = order.reason}));
  return AuditNewest(workspace, "retire", order);
}

std::string VersionAt(const std::vector<data::AliasChange>& changes, std::string_view alias,
                      domain::Timestamp moment) {
  std::string version;
  for (const data::AliasChange& change : changes) {
    if (change.alias == alias && change.at <= domain::Milliseconds(moment)) {
      version = change.version;
    }
  }
  return version;
}

Status AuditTraining(book::Workspace& workspace, const data::StoredModel& model,
                     const std::string& actor, domain::Timestamp now) {
  RI_ASSIGN_OR_RETURN(data::OperationsStore* const operations, workspace.Operations());
  const Json evaluation = Json::parse(model.evaluation, nullptr, false);
  const Json manifest = Json::parse(model.manifest, nullptr, false);
  const auto text = [](const Json& document, const char* name) {
    return document.is_object() && document.contains(name) && document[name].is_string()
               ? document[name]
               : Json(nullptr);
  };
  return data::WriteAuditOnce(*operations, now, actor, "train", "model " + model.version,
                              Dump({{"family", text(evaluation, "family")},
                                    {"refusal", text(evaluation, "refusal")},
                                    {"cutoff", text(manifest, "cutoff")}}));
}

}  // namespace ri::lifecycle
