#pragma once

/// The rows of a store as an engine hands them out, and the one way they become an EventLog.

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "data/event.h"
#include "data/event_log.h"
#include "data/redactor.h"
#include "data/store.h"

namespace ri::data {

/// Reads the event tables inside one transaction, so that everything it gives belongs together.
/// Thread safety: one thread.
class EventReader {
 public:
  /// Returns false to stop reading with kCancelled.
  using EventVisitor = std::function<bool(std::int64_t batch, const Event& event)>;
  using AttributeVisitor = std::function<void(std::uint32_t id, const AttributeDefinition&)>;
  using EntityVisitor =
      std::function<void(std::uint32_t id, EntityKind kind, std::string_view key)>;
  using SymbolVisitor = std::function<void(std::uint32_t id, std::string_view text)>;

  virtual ~EventReader() = default;

  virtual Result<std::vector<Batch>> ReadBatches() = 0;  ///< by id
  virtual Status ReadAttributes(const AttributeVisitor& visit) = 0;
  virtual Status ReadEntities(const EntityVisitor& visit) = 0;
  virtual Status ReadSymbols(const SymbolVisitor& visit) = 0;
  /// Events as stored, in no particular order.
  virtual Status ReadEvents(const EventVisitor& visit) = 0;
  /// Stored events that another batch held as well.
  virtual Status ReadSightings(const EventVisitor& visit) = 0;
  /// What was erased before; nothing unless the engine says otherwise.
  virtual Result<ErasureRecords> ReadErasures() { return ErasureRecords(); }
};

/// Everything the reader has, as Store::Load promises it.
[[nodiscard]] Result<EventLog> LoadLog(EventReader& reader, const LoadOptions& options,
                                       base::Progress& progress);

}  // namespace ri::data
