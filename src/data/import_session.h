#pragma once

/// The part of an import that is the same for every engine: ids for texts, which events are new,
/// which are sightings, counts. An engine adds a `BatchWriter`, which only moves rows.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/erasure_filter.h"
#include "data/event.h"
#include "data/event_log.h"
#include "data/event_reader.h"
#include "data/event_set.h"
#include "data/store.h"
#include "data/text_index.h"

namespace ri::data {

/// An open write transaction of an engine that holds the import lock: no other import of the same
/// database runs. Destroyed without Commit() it rolls back. Added rows may be written later, but
/// before Commit() returns; `reader()` need not see them.
class BatchWriter {
 public:
  virtual ~BatchWriter() = default;

  /// What the store held when the transaction began.
  virtual EventReader& reader() = 0;

  /// The batch's row with its id; before anything that belongs to it.
  virtual Status AddBatch(const Batch& batch) = 0;
  virtual Status AddAttribute(std::uint32_t id, const AttributeDefinition& definition) = 0;
  /// The attribute is no longer custom.
  virtual Status MakeStandard(std::uint32_t attribute) = 0;
  virtual Status AddEntity(std::uint32_t id, EntityKind kind, std::string_view key) = 0;
  virtual Status AddSymbol(std::uint32_t id, std::string_view text) = 0;
  virtual Status AddEvents(std::int64_t batch, std::span<const Event> events) = 0;
  virtual Status AddSightings(std::int64_t batch, std::span<const Event> events) = 0;
  /// `position` counts the rejects of the batch from 0.
  virtual Status AddReject(std::int64_t batch, std::int64_t position, const Reject& reject) = 0;
  /// Stores the final counts and ends the transaction.
  virtual Status Commit(const Batch& batch) = 0;
};

/// An ImportTransaction over a BatchWriter.
///
/// Cost: the first import into an empty store reads nothing. A later one reads the dictionaries
/// once, and the stored events of the entities it touches in one pass over the event table, in two
/// when it brings more than `kBufferedEvents`. Memory: about 20 bytes per event it brings or must
/// compare with, and the texts of the dictionaries.
class ImportSession final : public ImportTransaction {
 public:
  static constexpr std::size_t kBufferedEvents = std::size_t{1} << 19U;
  /// Nothing to compare with: written soon, in pieces that fit into the pipe to a server, so that
  /// both sides keep working.
  static constexpr std::size_t kBufferedEventsOfFirstImport = std::size_t{1} << 10U;

  /// kConflict when a finished batch has the same content. `num_buffered` events are compared with
  /// the stored ones at a time.
  [[nodiscard]] static Result<std::unique_ptr<ImportTransaction>> Begin(
      std::unique_ptr<BatchWriter> writer, const BatchDescription& description,
      std::size_t num_buffered = kBufferedEvents);

  Result<std::uint32_t> Intern(EntityKind kind, std::string_view key) override;
  Result<std::uint32_t> Attribute(const AttributeDefinition& definition) override;
  Result<std::int64_t> Symbol(std::string_view text) override;
  Status Append(std::span<const Event> events) override;
  Status Quarantine(std::span<const Reject> rejects) override;
  Result<Batch> Commit(std::int64_t num_rows) override;

 private:
  /// How a stored event relates to the batch that is being imported.
  enum class Holding { kUnknown, kEarlier, kLater };

  ImportSession(std::unique_ptr<BatchWriter> writer, std::size_t num_buffered)
      : writer_(std::move(writer)), num_buffered_(num_buffered) {}

  Status Start(const BatchDescription& description);
  Result<std::uint32_t> InternStored(EntityKind kind, std::string_view key);
  Result<std::int64_t> SymbolStored(std::string_view text);
  /// What of earlier erasures applies to an event; writes the text it needs.
  Status ApplyErasures(Event& event);
  Status KeepPendingText(std::int64_t symbol);
  Status Buffer(const Event& event);
  Status LoadAttributes();
  Status LoadEntities();
  Status LoadSymbols();
  [[nodiscard]] Status CheckEvent(const Event& event) const;
  /// Decides about the buffered events and writes them.
  Status Flush();
  /// Fills `seen_` and `later_` for the stored entities of the buffer.
  Status CompareStoredEvents();
  [[nodiscard]] Status CheckUsable() const;
  /// After an error of the engine the session is over: every later call returns that error.
  Status Remember(Status status);

  std::unique_ptr<BatchWriter> writer_;
  std::size_t num_buffered_;
  Status broken_;
  Batch batch_;
  std::vector<Holding> holdings_;  // by batch id

  bool attributes_loaded_ = false;
  bool entities_loaded_ = false;
  bool symbols_loaded_ = false;
  std::vector<AttributeDefinition> attributes_;  // by id; few, so they are found by a scan
  std::array<TextIndex, EventLog::kNumKinds> entities_;
  std::vector<EntityKind> entity_kinds_;  // by id; EntityKind{} = no such entity
  TextIndex symbols_;
  std::uint32_t next_attribute_ = 1;
  std::uint32_t next_entity_ = 1;
  std::uint32_t next_symbol_ = 1;
  std::uint32_t first_new_entity_ = 1;

  // Only after erasures: texts are written with the first event that needs them, and free texts of
  // deals wait until all accounts are known.
  ErasureFilter erasures_;
  std::map<std::int64_t, std::string> pending_texts_;  // by symbol
  std::map<std::int64_t, std::string> erased_owners_;  // by symbol: key in its place
  std::vector<Event> waiting_texts_;

  std::vector<Event> buffer_;
  bool has_stored_events_ = false;
  int num_scans_ = 0;
  std::vector<bool> compared_entities_;  // stored entities whose events are in the sets
  EventSet seen_;   // in this batch, or in one that makes this batch's copy irrelevant
  EventSet later_;  // stored, but only by batches that were known later, or by another source
};

}  // namespace ri::data
