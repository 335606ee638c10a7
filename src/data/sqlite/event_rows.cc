#include "data/sqlite/event_rows.h"

#include <cstdint>
#include <string>

#include "data/log_assembler.h"

namespace ri::data::sqlite {
namespace {

// Often enough for a smooth progress bar, seldom enough to cost nothing.
constexpr std::uint64_t kRowsPerProgress = std::uint64_t{1} << 16U;

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

Status VisitAttributes(
    Connection& connection,
    const std::function<void(std::uint32_t, const AttributeDefinition&)>& visit) {
  RI_ASSIGN_OR_RETURN(Statement rows,
                      connection.Prepare("SELECT id, kind, name, type, reference_kind, custom "
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

Status VisitEntities(
    Connection& connection,
    const std::function<void(std::uint32_t, EntityKind, std::string_view)>& visit) {
  RI_ASSIGN_OR_RETURN(Statement rows,
                      connection.Prepare("SELECT id, kind, key FROM entities ORDER BY id"));
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) {
      return {};
    }
    visit(static_cast<std::uint32_t>(rows.Integer(0)), static_cast<EntityKind>(rows.Integer(1)),
          rows.Text(2));
  }
}

Status VisitSymbols(Connection& connection,
                    const std::function<void(std::uint32_t, std::string_view)>& visit) {
  RI_ASSIGN_OR_RETURN(Statement rows,
                      connection.Prepare("SELECT id, text FROM symbols ORDER BY id"));
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) {
      return {};
    }
    visit(static_cast<std::uint32_t>(rows.Integer(0)), rows.Text(1));
  }
}

Status VisitEvents(Connection& connection, std::string_view table,
                   const std::function<bool(std::int64_t, const Event&)>& visit) {
  RI_ASSIGN_OR_RETURN(
      Statement rows,
      connection.Prepare("SELECT batch, entity, attribute, event_time, recorded_time, sequence, "
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

Result<EventLog> LoadLog(Connection& connection, const LoadOptions& options,
                         base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const Transaction transaction,
                      Transaction::Begin(connection, Transaction::Mode::kRead));
  LogAssembler assembler(options);
  RI_ASSIGN_OR_RETURN(const std::vector<Batch> batches, ReadBatches(connection));
  assembler.SetBatches(batches);
  RI_RETURN_IF_ERROR(VisitAttributes(connection, [&](std::uint32_t id, const auto& definition) {
    assembler.AddAttribute(id, definition);
  }));
  RI_RETURN_IF_ERROR(
      VisitEntities(connection, [&](std::uint32_t id, EntityKind kind, std::string_view key) {
        assembler.AddEntity(id, kind, key);
      }));
  RI_RETURN_IF_ERROR(VisitSymbols(
      connection, [&](std::uint32_t id, std::string_view text) { assembler.AddSymbol(id, text); }));
  RI_RETURN_IF_ERROR(
      VisitEvents(connection, "sightings", [&](std::int64_t batch, const Event& event) {
        assembler.AddSighting(batch, event);
        return true;
      }));
  std::uint64_t total = 0;
  for (const Batch& batch : batches) {
    total += static_cast<std::uint64_t>(batch.num_events);
  }
  progress.Begin("Reading events", total);
  assembler.BeginEvents(total);
  std::uint64_t done = 0;
  RI_RETURN_IF_ERROR(VisitEvents(connection, "events", [&](std::int64_t batch, const Event& event) {
    assembler.AddEvent(batch, event);
    if (++done % kRowsPerProgress == 0) {
      progress.Update(done);
      return !progress.cancelled();
    }
    return true;
  }));
  progress.Update(done);
  progress.End();
  return assembler.Finish();
}

}  // namespace ri::data::sqlite
