#include "data/postgres/event_rows.h"

#include <string>
#include <utility>

#include "data/postgres/copy.h"
#include "data/postgres/erasure_writer.h"

namespace ri::data::postgres {

Result<std::vector<Batch>> ReadBatches(Connection& connection) {
  RI_ASSIGN_OR_RETURN(
      const QueryResult rows,
      connection.Query("SELECT id, source, path, content_sha256, mapping, known_at, num_rows, "
                       "num_events, num_rejects FROM batches ORDER BY id"));
  std::vector<Batch> batches;
  for (int row = 0; row < rows.num_rows(); ++row) {
    Batch batch;
    batch.id = rows.Integer(row, 0);
    batch.source = rows.Text(row, 1);
    batch.path = rows.Text(row, 2);
    batch.content_sha256 = rows.Text(row, 3);
    batch.mapping = rows.Text(row, 4);
    batch.known_at = rows.Integer(row, 5);
    batch.num_rows = rows.Integer(row, 6);
    batch.num_events = rows.Integer(row, 7);
    batch.num_rejects = rows.Integer(row, 8);
    batches.push_back(std::move(batch));
  }
  return batches;
}

Result<std::vector<Reject>> ReadRejects(Connection& connection, std::int64_t batch_id) {
  RI_ASSIGN_OR_RETURN(const QueryResult rows,
                      connection.Query("SELECT file, line, column_name, value, reason FROM "
                                       "rejects WHERE batch = $1::bigint ORDER BY position",
                                       Parameters().Add(batch_id)));
  std::vector<Reject> rejects;
  for (int row = 0; row < rows.num_rows(); ++row) {
    rejects.push_back({.file = std::string(rows.Text(row, 0)),
                       .line = rows.Integer(row, 1),
                       .column = std::string(rows.Text(row, 2)),
                       .value = std::string(rows.Text(row, 3)),
                       .reason = std::string(rows.Text(row, 4))});
  }
  return rejects;
}

Result<std::vector<Batch>> EventRows::ReadBatches() { return postgres::ReadBatches(connection_); }

Status EventRows::ReadAttributes(const AttributeVisitor& visit) {
  RI_ASSIGN_OR_RETURN(const QueryResult rows,
                      connection_.Query("SELECT id, kind, name, type, reference_kind, custom "
                                        "FROM attributes ORDER BY id"));
  for (int row = 0; row < rows.num_rows(); ++row) {
    visit(static_cast<std::uint32_t>(rows.Integer(row, 0)),
          {.kind = static_cast<EntityKind>(rows.Integer(row, 1)),
           .name = std::string(rows.Text(row, 2)),
           .type = static_cast<ValueType>(rows.Integer(row, 3)),
           .reference_kind = static_cast<EntityKind>(rows.Integer(row, 4)),
           .custom = rows.Integer(row, 5) != 0});
  }
  return {};
}

Status EventRows::ReadEntities(const EntityVisitor& visit) {
  RI_ASSIGN_OR_RETURN(CopyOut rows, CopyOut::Begin(connection_, "entities (id, kind, key)"));
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, rows.Next());
    if (!row) {
      return {};
    }
    visit(static_cast<std::uint32_t>(rows.Integer(0)), static_cast<EntityKind>(rows.Integer(1)),
          rows.Text(2));
  }
}

Status EventRows::ReadSymbols(const SymbolVisitor& visit) {
  RI_ASSIGN_OR_RETURN(CopyOut rows, CopyOut::Begin(connection_, "symbols (id, text)"));
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, rows.Next());
    if (!row) {
      return {};
    }
    visit(static_cast<std::uint32_t>(rows.Integer(0)), rows.Text(1));
  }
}

Status EventRows::ReadEvents(const EventVisitor& visit) { return ReadTable("events", visit); }

Status EventRows::ReadSightings(const EventVisitor& visit) { return ReadTable("sightings", visit); }

Result<ErasureRecords> EventRows::ReadErasures() { return ReadErasureRecords(connection_); }

Status EventRows::ReadTable(std::string_view table, const EventVisitor& visit) {
  const std::string name(table);
  const std::string columns =
      "batch, entity, attribute, event_time, recorded_time, sequence, value";
  RI_ASSIGN_OR_RETURN(
      const std::int64_t partitioned,
      connection_.QueryInteger(
          ("SELECT (relkind = 'p')::integer FROM pg_class WHERE oid = '" + name + "'::regclass")
              .c_str()));
  // A plain table streams from its pages; PostgreSQL refuses that for a table in parts.
  RI_ASSIGN_OR_RETURN(
      CopyOut rows,
      CopyOut::Begin(connection_, partitioned != 0 ? "(SELECT " + columns + " FROM " + name + ")"
                                                   : name + " (" + columns + ")"));
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, rows.Next());
    if (!row) {
      return {};
    }
    const Event event = {.entity = static_cast<std::uint32_t>(rows.Integer(1)),
                         .attribute = static_cast<std::uint32_t>(rows.Integer(2)),
                         .event_time = rows.Integer(3),
                         .recorded_time = rows.Integer(4, kNotRecorded),
                         .sequence = rows.Integer(5),
                         .value = rows.Integer(6, kNoValue)};
    if (!visit(rows.Integer(0), event)) {
      return Fail(ErrorCode::kCancelled, "Reading the events was stopped.");
    }
  }
}

}  // namespace ri::data::postgres
