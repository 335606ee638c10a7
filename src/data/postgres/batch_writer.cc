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

// Dictionaries are kept back until they have this size: sending them interrupts the events.
constexpr std::size_t kFlushBytes = std::size_t{16} << 20U;

/// Events stream through one COPY that stays open between calls, so that the server stores them
/// while the import prepares the next ones. Whatever else needs the connection ends it first.
class Writer final : public BatchWriter, public EventReader {
 public:
  explicit Writer(Connection connection) : connection_(std::move(connection)) {}

  Status Begin(std::int64_t wait_milliseconds) {
    RI_ASSIGN_OR_RETURN(Transaction transaction,
                        Transaction::Begin(connection_, Transaction::Mode::kWrite));
    transaction_.emplace(std::move(transaction));
    return LockImports(connection_, wait_milliseconds);
  }

  EventReader& reader() override { return *this; }

  Result<std::vector<Batch>> ReadBatches() override {
    RI_RETURN_IF_ERROR(EndCopy());
    return rows_.ReadBatches();
  }
  Status ReadAttributes(const AttributeVisitor& visit) override {
    RI_RETURN_IF_ERROR(EndCopy());
    return rows_.ReadAttributes(visit);
  }
  Status ReadEntities(const EntityVisitor& visit) override {
    RI_RETURN_IF_ERROR(EndCopy());
    return rows_.ReadEntities(visit);
  }
  Status ReadSymbols(const SymbolVisitor& visit) override {
    RI_RETURN_IF_ERROR(EndCopy());
    return rows_.ReadSymbols(visit);
  }
  Status ReadEvents(const EventVisitor& visit) override {
    RI_RETURN_IF_ERROR(EndCopy());
    return rows_.ReadEvents(visit);
  }
  Status ReadSightings(const EventVisitor& visit) override {
    RI_RETURN_IF_ERROR(EndCopy());
    return rows_.ReadSightings(visit);
  }
  Result<ErasureRecords> ReadErasures() override {
    RI_RETURN_IF_ERROR(EndCopy());
    return rows_.ReadErasures();
  }

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
    return Stream(kEvents, batch, events);
  }

  Status AddSightings(std::int64_t batch, std::span<const Event> events) override {
    return Stream(kSightings, batch, events);
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
    RI_RETURN_IF_ERROR(EndCopy());
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
    RI_RETURN_IF_ERROR(EndCopy());
    const Result<QueryResult> result = connection_.Query(sql, parameters);
    return result ? Status() : Status(std::unexpected(result.error()));
  }

  Status FlushIfLarge(std::string_view target, CopyRows& rows) {
    if (rows.bytes().size() < kFlushBytes) {
      return {};
    }
    RI_RETURN_IF_ERROR(EndCopy());
    return CopyInto(connection_, target, rows);
  }

  Status EndCopy() {
    if (!copy_.has_value()) {
      return {};
    }
    const Status finished = copy_->Finish();
    copy_.reset();
    return finished;
  }

  Status Stream(std::string_view target, std::int64_t batch, std::span<const Event> events) {
    if (events.empty()) {
      return {};
    }
    if (copy_target_ != target) {
      RI_RETURN_IF_ERROR(EndCopy());
    }
    if (!copy_.has_value()) {
      RI_ASSIGN_OR_RETURN(CopyIn copy, CopyIn::Begin(connection_, target));
      copy_.emplace(std::move(copy));
      copy_target_ = target;
    }
    constexpr std::size_t kSendBytes = std::size_t{1} << 16U;
    for (const Event& event : events) {
      events_.BeginRow(7);
      events_.Add(static_cast<std::int32_t>(batch));
      events_.Add(static_cast<std::int32_t>(event.entity));
      events_.Add(static_cast<std::int32_t>(event.attribute));
      events_.Add(event.event_time);
      AddOrNull(events_, event.recorded_time, kNotRecorded);
      events_.Add(event.sequence);
      AddOrNull(events_, event.value, kNoValue);
      if (events_.bytes().size() >= kSendBytes) {
        RI_RETURN_IF_ERROR(SendEvents());
      }
    }
    return SendEvents();
  }

  Status SendEvents() {
    RI_RETURN_IF_ERROR(copy_->Send(events_));
    events_.Clear();
    return {};
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
  // Destroyed in reverse: the COPY before the transaction, the transaction before the connection.
  std::optional<Transaction> transaction_;
  std::optional<CopyIn> copy_;
  std::string_view copy_target_;
  CopyRows events_;
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
