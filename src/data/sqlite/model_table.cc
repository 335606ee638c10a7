#include "data/sqlite/model_table.h"

#include <string>
#include <utility>

#include "data/model_rules.h"

namespace ri::data::sqlite {
namespace {

/// Reads version, created_at, manifest, evaluation, and the artifact if the query has it.
StoredModel ModelOf(const Statement& row, bool with_artifact) {
  StoredModel model;
  model.version = row.Text(0);
  model.created_at = row.Integer(1);
  model.manifest = row.Blob(2);
  model.evaluation = row.Blob(3);
  if (with_artifact) {
    model.artifact = row.Blob(4);
  }
  return model;
}

}  // namespace

Status AddModel(Connection& connection, const StoredModel& model) {
  RI_RETURN_IF_ERROR(CheckModel(model));
  RI_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(connection, Transaction::Mode::kWrite));
  const Result<StoredModel> stored = ReadModel(connection, model.version);
  if (stored) {
    return CheckSameModel(*stored, model);
  }
  if (stored.error().code() != ErrorCode::kNotFound) {
    return std::unexpected(stored.error());
  }
  {
    RI_ASSIGN_OR_RETURN(Statement insert,
                        connection.Prepare("INSERT INTO models (version, created_at, manifest, "
                                           "evaluation, artifact) VALUES (?, ?, ?, ?, ?)"));
    insert.Bind(1, model.version);
    insert.Bind(2, model.created_at);
    insert.BindBlob(3, model.manifest);
    insert.BindBlob(4, model.evaluation);
    insert.BindBlob(5, model.artifact);
    RI_RETURN_IF_ERROR(insert.Run());
  }
  return transaction.Commit();
}

Result<StoredModel> ReadModel(Connection& connection, std::string_view version) {
  RI_ASSIGN_OR_RETURN(Statement rows,
                      connection.Prepare("SELECT version, created_at, manifest, evaluation, "
                                         "artifact FROM models WHERE version = ?"));
  rows.Bind(1, version);
  RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
  if (!row) {
    return NoSuchModel(version);
  }
  return ModelOf(rows, true);
}

Result<std::vector<StoredModel>> ReadModels(Connection& connection) {
  RI_ASSIGN_OR_RETURN(Statement rows,
                      connection.Prepare("SELECT version, created_at, manifest, evaluation FROM "
                                         "models ORDER BY created_at DESC, version"));
  std::vector<StoredModel> models;
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) {
      return models;
    }
    models.push_back(ModelOf(rows, false));
  }
}

Status AppendAliasChange(Connection& connection, const AliasChange& change) {
  RI_RETURN_IF_ERROR(CheckAliasChange(change));
  RI_ASSIGN_OR_RETURN(Statement insert,
                      connection.Prepare("INSERT INTO alias_changes (alias, version, at, actor, "
                                         "reason) VALUES (?, ?, ?, ?, ?)"));
  insert.Bind(1, change.alias);
  if (change.version.empty()) {
    insert.BindNull(2);
  } else {
    insert.Bind(2, change.version);
  }
  insert.Bind(3, change.at);
  insert.Bind(4, change.actor);
  insert.Bind(5, change.reason);
  const Status status = insert.Run();
  if (!status && status.error().code() == ErrorCode::kNotFound) {
    return NoSuchModel(change.version);
  }
  return status;
}

Result<std::vector<AliasChange>> ReadAliasChanges(Connection& connection) {
  RI_ASSIGN_OR_RETURN(
      Statement rows,
      connection.Prepare(
          "SELECT alias, version, at, actor, reason FROM alias_changes ORDER BY id"));
  std::vector<AliasChange> changes;
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) {
      return changes;
    }
    changes.push_back({.alias = std::string(rows.Text(0)),
                       .version = std::string(rows.Text(1)),
                       .at = rows.Integer(2),
                       .actor = std::string(rows.Text(3)),
                       .reason = std::string(rows.Text(4))});
  }
}

}  // namespace ri::data::sqlite
