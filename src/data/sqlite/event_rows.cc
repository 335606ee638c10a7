#include "data/sqlite/event_rows.h"

#include <string>

#include "data/sqlite/erasure_writer.h"

namespace ri::data::sqlite {
namespace {

std::int64_t IntegerOr(const Statement& row, int column, std::int64_t missing) {
  return row.IsNull(column) ? missing : row.Integer(column);
}

}  // namespace

Result<std::vector<Batch>> ReadBatches(Connection& connection) {
  RI_ASSIGN_OR_RETURN(
      Statement rows,
      connection.Prepare("SELECT id, source, path, content_sha256, mapping, known_at, num_rows, "
                         "num_events, num_rejects FROM batches ORDER BY id"));
  std::vector<Batch> batches;
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) {
      return batches;
    }
    Batch batch;
    batch.id = rows.Integer(0);
    batch.source = rows.Text(1);
    batch.path = rows.Text(2);
    batch.content_sha256 = rows.Text(3);
    batch.mapping = rows.Text(4);
    batch.known_at = rows.Integer(5);
    batch.num_rows = rows.Integer(6);
    batch.num_events = rows.Integer(7);
    batch.num_rejects = rows.Integer(8);
    batches.push_back(std::move(batch));
  }
}

Result<std::vector<Reject>> ReadRejects(Connection& connection, std::int64_t batch_id) {
  RI_ASSIGN_OR_RETURN(Statement rows,
                      connection.Prepare("SELECT file, line, column_name, value, reason FROM "
                                         "rejects WHERE batch = ? ORDER BY position"));
  rows.Bind(1, batch_id);
  std::vector<Reject> rejects;
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) {
      return rejects;
    }
    rejects.push_back({.file = std::string(rows.Text(0)),
                       .line = rows.Integer(1),
                       .column = std::string(rows.Text(2)),
                       .value = std::string(rows.Text(3)),
                       .reason = std::string(rows.Text(4))});
  }
}

Result<std::vector<Batch>> EventRows::ReadBatches() { return sqlite::ReadBatches(connection_); }

Status EventRows::ReadAttributes(const AttributeVisitor& visit) {
  RI_ASSIGN_OR_RETURN(Statement rows,
                      connection_.Prepare("SELECT id, kind, name, type, reference_kind, custom "
                                          "FROM attributes ORDER BY id"));
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) {
      return {};
    }
    visit(static_cast<std::uint32_t>(rows.Integer(0)),
          {.kind = static_cast<EntityKind>(rows.Integer(1)),
           .name = std::string(rows.Text(2)),
           .type = static_cast<ValueType>(rows.Integer(3)),
           .reference_kind = static_cast<EntityKind>(rows.Integer(4)),
           .custom = rows.Integer(5) != 0});
  }
}

Status EventRows::ReadEntities(const EntityVisitor& visit) {
  RI_ASSIGN_OR_RETURN(Statement rows,
                      connection_.Prepare("SELECT id, kind, key FROM entities ORDER BY id"));
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) {
      return {};
    }
    visit(static_cast<std::uint32_t>(rows.Integer(0)), static_cast<EntityKind>(rows.Integer(1)),
          rows.Text(2));
  }
}

Status EventRows::ReadSymbols(const SymbolVisitor& visit) {
  RI_ASSIGN_OR_RETURN(Statement rows,
                      connection_.Prepare("SELECT id, text FROM symbols ORDER BY id"));
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
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
  RI_ASSIGN_OR_RETURN(
      Statement rows,
      connection_.Prepare("SELECT batch, entity, attribute, event_time, recorded_time, sequence, "
                          "value FROM " +
                          std::string(table)));
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) {
      return {};
    }
    const Event event = {.entity = static_cast<std::uint32_t>(rows.Integer(1)),
                         .attribute = static_cast<std::uint32_t>(rows.Integer(2)),
                         .event_time = rows.Integer(3),
                         .recorded_time = IntegerOr(rows, 4, kNotRecorded),
                         .sequence = rows.Integer(5),
                         .value = IntegerOr(rows, 6, kNoValue)};
    if (!visit(rows.Integer(0), event)) {
      return Fail(ErrorCode::kCancelled, "Reading the events was stopped.");
    }
  }
}

}  // namespace ri::data::sqlite
