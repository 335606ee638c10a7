#pragma once

/// Reading the event tables, for imports and for loading alike.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/event_reader.h"
#include "data/postgres/connection.h"
#include "data/store.h"

namespace ri::data::postgres {

[[nodiscard]] Result<std::vector<Batch>> ReadBatches(Connection& connection);

/// In the order they were quarantined; empty for a batch that has none.
[[nodiscard]] Result<std::vector<Reject>> ReadRejects(Connection& connection,
                                                      std::int64_t batch_id);

/// The event tables of a connection on which the caller has opened a transaction.
class EventRows final : public EventReader {
 public:
  /// \pre `connection` outlives this
  explicit EventRows(Connection& connection) : connection_(connection) {}

  Result<std::vector<Batch>> ReadBatches() override;
  Status ReadAttributes(const AttributeVisitor& visit) override;
  Status ReadEntities(const EntityVisitor& visit) override;
  Status ReadSymbols(const SymbolVisitor& visit) override;
  Status ReadEvents(const EventVisitor& visit) override;
  Status ReadSightings(const EventVisitor& visit) override;
  Result<ErasureRecords> ReadErasures() override;

 private:
  Status ReadTable(std::string_view table, const EventVisitor& visit);

  Connection& connection_;
};

}  // namespace ri::data::postgres
