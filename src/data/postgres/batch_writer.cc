#include "data/postgres/batch_writer.h"

#include <optional>
#include <utility>

#include "data/postgres/connection.h"
#include "data/postgres/copy.h"
#include "data/postgres/event_rows.h"
#include "data/postgres/schema.h"

namespace ri::data::postgres {
namespace {

constexpr std::string_view kEvents =
    "events (batch, entity, attribute, event_time, recorded_time, sequence, value)";
constexpr std::string_view kSightings =
    "sightings (batch, entity, attribute, event_time, recorded_time, sequence, value)";
constexpr std::string_view kEntities = "entities (id, kind, key)";
constexpr std::string_view kSymbols = "symbols (id, text)";
constexpr std::string_view kRejects =
    "rejects (batch, position, file, line, column_name, value, reason)";

// One COPY has a fixed price of a round trip: dictionaries are sent in pieces of this size.
constexpr std::size_t kFlushBytes = std::size_t{1} << 20U;

class Writer final : public BatchWriter {
 public:
  explicit Writer(Connection connection) : connection_(std::move(connection)) {}

  Status Begin(std::int64_t wait_milliseconds) {
    RI_ASSIGN_OR_RETURN(Transaction transaction,
                        Transaction::Begin(connection_, Transaction::Mode::kWrite));
    transaction_.emplace(std::move(transaction));
    return LockImports(connection_, wait_milliseconds);
  }

  EventReader& reader() override { return rows_; }

  Status AddBatch(const Batch& batch) override {
    return Run(
        "INSERT INTO batches (id, source, path, content_sha256, mapping, known_at, num_rows, "
        "num_events, num_rejects) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0)",
        Parameters()
            .Add(batch.id)
            .Add(batch.source)
            .Add(batch.path)
            .Add(batch.content_sha256)
            .Add(batch.mapping)
            .Add(batch.known_at));
  }

  Status AddAttribute(std::uint32_t id, const AttributeDefinition& definition) override {
    return Run(
        "INSERT INTO attributes (id, kind, name, type, reference_kind, custom) "
        "VALUES ($1, $2, $3, $4, $5, $6::integer::boolean)",
        Parameters()
            .Add(std::int64_t{id})
            .Add(static_cast<std::int64_t>(definition.kind))
            .Add(definition.name)
            .Add(static_cast<std::int64_t>(definition.type))
            .Add(static_cast<std::int64_t>(definition.reference_kind))
            .Add(std::int64_t{definition.custom}));
  }

  Status MakeStandard(std::uint32_t attribute) override {
    return Run("UPDATE attributes SET custom = false WHERE id = $1",
               Parameters().Add(std::int64_t{attribute}));
  }

  Status AddEntity(std::uint32_t id, EntityKind kind, std::string_view key) override {
    entities_.BeginRow(3);
    entities_.Add(static_cast<std::int32_t>(id));
    entities_.Add(static_cast<std::int32_t>(kind));
    entities_.Add(key);
    return FlushIfLarge(kEntities, entities_);
  }

  Status AddSymbol(std::uint32_t id, std::string_view text) override {
    symbols_.BeginRow(2);
    symbols_.Add(static_cast<std::int32_t>(id));
    symbols_.Add(text);
    return FlushIfLarge(kSymbols, symbols_);
  }

  Status AddEvents(std::int64_t batch, std::span<const Event> events) override {
    return Copy(kEvents, batch, events);
  }

  Status AddSightings(std::int64_t batch, std::span<const Event> events) override {
    return Copy(kSightings, batch, events);
  }

  Status AddReject(std::int64_t batch, std::int64_t position, const Reject& reject) override {
    rejects_.BeginRow(7);
    rejects_.Add(static_cast<std::int32_t>(batch));
    rejects_.Add(position);
    rejects_.Add(std::string_view(reject.file));
    rejects_.Add(reject.line);
    rejects_.Add(std::string_view(reject.column));
    rejects_.Add(std::string_view(reject.value));
    rejects_.Add(std::string_view(reject.reason));
    return FlushIfLarge(kRejects, rejects_);
  }

  Status Commit(const Batch& batch) override {
    RI_RETURN_IF_ERROR(CopyInto(connection_, kEntities, entities_));
    RI_RETURN_IF_ERROR(CopyInto(connection_, kSymbols, symbols_));
    RI_RETURN_IF_ERROR(CopyInto(connection_, kRejects, rejects_));
    RI_RETURN_IF_ERROR(
        Run("UPDATE batches SET num_rows = $1, num_events = $2, num_rejects = $3 "
            "WHERE id = $4",
            Parameters()
                .Add(batch.num_rows)
                .Add(batch.num_events)
                .Add(batch.num_rejects)
                .Add(batch.id)));
    return transaction_->Commit();
  }

 private:
  Status Run(const char* sql, const Parameters& parameters) {
    const Result<QueryResult> result = connection_.Query(sql, parameters);
    return result ? Status() : Status(std::unexpected(result.error()));
  }

  Status FlushIfLarge(std::string_view target, CopyRows& rows) {
    return rows.bytes().size() < kFlushBytes ? Status() : CopyInto(connection_, target, rows);
  }

  Status Copy(std::string_view target, std::int64_t batch, std::span<const Event> events) {
    if (events.empty()) {
      return {};
    }
    RI_ASSIGN_OR_RETURN(CopyIn copy, CopyIn::Begin(connection_, target));
    CopyRows rows;
    for (const Event& event : events) {
      rows.BeginRow(7);
      rows.Add(static_cast<std::int32_t>(batch));
      rows.Add(static_cast<std::int32_t>(event.entity));
      rows.Add(static_cast<std::int32_t>(event.attribute));
      rows.Add(event.event_time);
      AddOrNull(rows, event.recorded_time, kNotRecorded);
      rows.Add(event.sequence);
      AddOrNull(rows, event.value, kNoValue);
      if (rows.bytes().size() >= kFlushBytes) {
        RI_RETURN_IF_ERROR(copy.Send(rows));
        rows.Clear();
      }
    }
    RI_RETURN_IF_ERROR(copy.Send(rows));
    return copy.Finish();
  }

  static void AddOrNull(CopyRows& rows, std::int64_t value, std::int64_t null) {
    if (value == null) {
      rows.AddNull();
    } else {
      rows.Add(value);
    }
  }

  Connection connection_;
  EventRows rows_{connection_};
  std::optional<Transaction> transaction_;  // destroyed before the connection
  CopyRows entities_;
  CopyRows symbols_;
  CopyRows rejects_;
};

}  // namespace

Result<std::unique_ptr<BatchWriter>> OpenBatchWriter(const std::string& url,
                                                     std::int64_t wait_milliseconds) {
  RI_ASSIGN_OR_RETURN(Connection connection, Connection::Open(url));
  auto writer = std::make_unique<Writer>(std::move(connection));
  RI_RETURN_IF_ERROR(writer->Begin(wait_milliseconds));
  return writer;
}

}  // namespace ri::data::postgres
