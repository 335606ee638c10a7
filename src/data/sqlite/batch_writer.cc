#include "data/sqlite/batch_writer.h"

#include <optional>
#include <utility>

#include "data/sqlite/connection.h"
#include "data/sqlite/event_rows.h"

namespace ri::data::sqlite {
namespace {

constexpr std::string_view kInsertEvent =
    "INSERT INTO events (batch, entity, attribute, event_time, recorded_time, sequence, value) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view kInsertSighting =
    "INSERT INTO sightings (batch, entity, attribute, event_time, recorded_time, sequence, value) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)";

class Writer final : public BatchWriter {
 public:
  explicit Writer(Connection connection) : connection_(std::move(connection)) {}

  Status Begin() {
    RI_ASSIGN_OR_RETURN(Transaction transaction,
                        Transaction::Begin(connection_, Transaction::Mode::kWrite));
    transaction_.emplace(std::move(transaction));
    RI_ASSIGN_OR_RETURN(
        insert_entity_,
        connection_.Prepare("INSERT INTO entities (id, kind, key) VALUES (?, ?, ?)"));
    RI_ASSIGN_OR_RETURN(insert_symbol_,
                        connection_.Prepare("INSERT INTO symbols (id, text) VALUES (?, ?)"));
    RI_ASSIGN_OR_RETURN(insert_event_, connection_.Prepare(kInsertEvent));
    RI_ASSIGN_OR_RETURN(insert_sighting_, connection_.Prepare(kInsertSighting));
    RI_ASSIGN_OR_RETURN(
        insert_reject_,
        connection_.Prepare("INSERT INTO rejects (batch, position, file, line, column_name, value, "
                            "reason) VALUES (?, ?, ?, ?, ?, ?, ?)"));
    return {};
  }

  EventReader& reader() override { return rows_; }

  Status AddBatch(const Batch& batch) override {
    RI_ASSIGN_OR_RETURN(
        Statement insert,
        connection_.Prepare("INSERT INTO batches (id, source, path, content_sha256, mapping, "
                            "known_at, num_rows, num_events, num_rejects) "
                            "VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0)"));
    insert.Bind(1, batch.id);
    insert.Bind(2, batch.source);
    insert.Bind(3, batch.path);
    insert.Bind(4, batch.content_sha256);
    insert.Bind(5, batch.mapping);
    insert.Bind(6, batch.known_at);
    return insert.Run();
  }

  Status AddAttribute(std::uint32_t id, const AttributeDefinition& definition) override {
    RI_ASSIGN_OR_RETURN(
        Statement insert,
        connection_.Prepare("INSERT INTO attributes (id, kind, name, type, reference_kind, custom) "
                            "VALUES (?, ?, ?, ?, ?, ?)"));
    insert.Bind(1, std::int64_t{id});
    insert.Bind(2, static_cast<std::int64_t>(definition.kind));
    insert.Bind(3, definition.name);
    insert.Bind(4, static_cast<std::int64_t>(definition.type));
    insert.Bind(5, static_cast<std::int64_t>(definition.reference_kind));
    insert.Bind(6, std::int64_t{definition.custom});
    return insert.Run();
  }

  Status MakeStandard(std::uint32_t attribute) override {
    RI_ASSIGN_OR_RETURN(Statement update,
                        connection_.Prepare("UPDATE attributes SET custom = 0 WHERE id = ?"));
    update.Bind(1, std::int64_t{attribute});
    return update.Run();
  }

  Status AddEntity(std::uint32_t id, EntityKind kind, std::string_view key) override {
    insert_entity_.Bind(1, std::int64_t{id});
    insert_entity_.Bind(2, static_cast<std::int64_t>(kind));
    insert_entity_.Bind(3, key);
    return insert_entity_.Run();
  }

  Status AddSymbol(std::uint32_t id, std::string_view text) override {
    insert_symbol_.Bind(1, std::int64_t{id});
    insert_symbol_.Bind(2, text);
    return insert_symbol_.Run();
  }

  Status AddEvents(std::int64_t batch, std::span<const Event> events) override {
    return Insert(insert_event_, batch, events);
  }

  Status AddSightings(std::int64_t batch, std::span<const Event> events) override {
    return Insert(insert_sighting_, batch, events);
  }

  Status AddReject(std::int64_t batch, std::int64_t position, const Reject& reject) override {
    insert_reject_.Bind(1, batch);
    insert_reject_.Bind(2, position);
    insert_reject_.Bind(3, reject.file);
    insert_reject_.Bind(4, reject.line);
    insert_reject_.Bind(5, reject.column);
    insert_reject_.Bind(6, reject.value);
    insert_reject_.Bind(7, reject.reason);
    return insert_reject_.Run();
  }

  Status Commit(const Batch& batch) override {
    RI_ASSIGN_OR_RETURN(Statement update,
                        connection_.Prepare("UPDATE batches SET num_rows = ?, num_events = ?, "
                                            "num_rejects = ? WHERE id = ?"));
    update.Bind(1, batch.num_rows);
    update.Bind(2, batch.num_events);
    update.Bind(3, batch.num_rejects);
    update.Bind(4, batch.id);
    RI_RETURN_IF_ERROR(update.Run());
    RI_RETURN_IF_ERROR(transaction_->Commit());
    // The import is safe in the write-ahead log; moving it into the database now spares the next
    // reader the detour.
    connection_.Checkpoint();
    return {};
  }

 private:
  static Status Insert(Statement& insert, std::int64_t batch, std::span<const Event> events) {
    for (const Event& event : events) {
      insert.Bind(1, batch);
      insert.Bind(2, std::int64_t{event.entity});
      insert.Bind(3, std::int64_t{event.attribute});
      insert.Bind(4, event.event_time);
      if (event.recorded_time == kNotRecorded) {
        insert.BindNull(5);
      } else {
        insert.Bind(5, event.recorded_time);
      }
      insert.Bind(6, event.sequence);
      if (event.value == kNoValue) {
        insert.BindNull(7);
      } else {
        insert.Bind(7, event.value);
      }
      RI_RETURN_IF_ERROR(insert.Run());
    }
    return {};
  }

  Connection connection_;
  EventRows rows_{connection_};
  // Destroyed before the connection, and the statements before the transaction.
  std::optional<Transaction> transaction_;
  Statement insert_entity_;
  Statement insert_symbol_;
  Statement insert_event_;
  Statement insert_sighting_;
  Statement insert_reject_;
};

}  // namespace

Result<std::unique_ptr<BatchWriter>> OpenBatchWriter(const std::string& path,
                                                     std::chrono::milliseconds lock_wait) {
  RI_ASSIGN_OR_RETURN(Connection connection, Connection::Open(path, lock_wait));
  auto writer = std::make_unique<Writer>(std::move(connection));
  RI_RETURN_IF_ERROR(writer->Begin());
  return writer;
}

}  // namespace ri::data::sqlite
