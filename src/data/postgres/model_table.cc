#include "data/postgres/model_table.h"

#include <string>
#include <utility>

#include "data/model_rules.h"
#include "data/stored_text.h"

namespace ri::data::postgres {
namespace {

/// Columns version, created_at, manifest, evaluation.
StoredModel ModelOf(const QueryResult& rows, int row) {
  StoredModel model;
  model.version = rows.Text(row, 0);
  model.created_at = rows.Integer(row, 1);
  model.manifest = rows.Text(row, 2);
  model.evaluation = rows.Text(row, 3);
  return model;
}

}  // namespace

Status AddModel(Connection& connection, const StoredModel& model) {
  RI_RETURN_IF_ERROR(CheckModel(model));
  RI_ASSIGN_OR_RETURN(
      const QueryResult inserted,
      connection.Query("INSERT INTO models (version, created_at, manifest, evaluation, artifact) "
                       "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (version) DO NOTHING",
                       Parameters()
                           .Add(model.version)
                           .Add(model.created_at)
                           .AddBytes(model.manifest)
                           .AddBytes(model.evaluation)
                           .AddBytes(model.artifact)));
  if (inserted.num_affected() == 1) {
    return {};
  }
  RI_ASSIGN_OR_RETURN(const StoredModel stored, ReadModel(connection, model.version));
  return CheckSameModel(stored, model);
}

Result<StoredModel> ReadModel(Connection& connection, std::string_view version) {
  if (!CheckText(version, "A version")) {
    return NoSuchModel("");  // The server would not even take it as a question.
  }
  RI_ASSIGN_OR_RETURN(const QueryResult rows,
                      connection.Query("SELECT version, created_at, manifest, evaluation, artifact "
                                       "FROM models WHERE version = $1",
                                       Parameters().Add(version)));
  if (rows.num_rows() == 0) {
    return NoSuchModel(version);
  }
  StoredModel model = ModelOf(rows, 0);
  model.artifact = rows.Text(0, 4);
  return model;
}

Result<std::vector<StoredModel>> ReadModels(Connection& connection) {
  RI_ASSIGN_OR_RETURN(
      const QueryResult rows,
      connection.Query("SELECT version, created_at, manifest, evaluation FROM models "
                       "ORDER BY created_at DESC, version COLLATE \"C\""));
  std::vector<StoredModel> models;
  for (int row = 0; row < rows.num_rows(); ++row) {
    models.push_back(ModelOf(rows, row));
  }
  return models;
}

Status AppendAliasChange(Connection& connection, const AliasChange& change) {
  RI_RETURN_IF_ERROR(CheckAliasChange(change));
  Parameters parameters;
  parameters.Add(change.alias);
  if (change.version.empty()) {
    parameters.AddNull();
  } else {
    parameters.Add(change.version);
  }
  parameters.Add(change.at).Add(change.actor).Add(change.reason);
  const Result<QueryResult> inserted = connection.Query(
      "INSERT INTO alias_changes (alias, version, at, actor, reason) "
      "VALUES ($1, $2, $3, $4, $5)",
      parameters);
  if (inserted) {
    return {};
  }
  if (inserted.error().code() == ErrorCode::kNotFound) {
    return NoSuchModel(change.version);
  }
  return std::unexpected(inserted.error());
}

Result<std::vector<AliasChange>> ReadAliasChanges(Connection& connection) {
  RI_ASSIGN_OR_RETURN(
      const QueryResult rows,
      connection.Query("SELECT alias, version, at, actor, reason FROM alias_changes ORDER BY id"));
  std::vector<AliasChange> changes;
  for (int row = 0; row < rows.num_rows(); ++row) {
    changes.push_back({.alias = std::string(rows.Text(row, 0)),
                       .version = std::string(rows.Text(row, 1)),
                       .at = rows.Integer(row, 2),
                       .actor = std::string(rows.Text(row, 3)),
                       .reason = std::string(rows.Text(row, 4))});
  }
  return changes;
}

}  // namespace ri::data::postgres
