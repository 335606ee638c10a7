#pragma once

/// Reading the event tables, for imports and for loading alike.

#include <functional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/event.h"
#include "data/sqlite/connection.h"
#include "data/store.h"

namespace ri::data::sqlite {

[[nodiscard]] Result<std::vector<Batch>> ReadBatches(Connection& connection);

/// In the order they were quarantined; empty for a batch that has none.
[[nodiscard]] Result<std::vector<Reject>> ReadRejects(Connection& connection,
                                                      std::int64_t batch_id);

/// Visits (id, definition), (id, kind, key), (id, text) of every row of a dictionary by id.
[[nodiscard]] Status VisitAttributes(
    Connection& connection,
    const std::function<void(std::uint32_t, const AttributeDefinition&)>& visit);
[[nodiscard]] Status VisitEntities(
    Connection& connection,
    const std::function<void(std::uint32_t, EntityKind, std::string_view)>& visit);
[[nodiscard]] Status VisitSymbols(
    Connection& connection, const std::function<void(std::uint32_t, std::string_view)>& visit);

/// Visits (batch, event) of every row of `table`, "events" or "sightings", in no particular order.
/// Stops with kCancelled when `visit` returns false.
[[nodiscard]] Status VisitEvents(Connection& connection, std::string_view table,
                                 const std::function<bool(std::int64_t, const Event&)>& visit);

/// The whole log in one read transaction, so that an import that ends meanwhile is in it either
/// completely or not at all.
[[nodiscard]] Result<EventLog> LoadLog(Connection& connection, const LoadOptions& options,
                                       base::Progress& progress);

}  // namespace ri::data::sqlite
