#pragma once

/// Brings the current schema of a database to what this program works with, and names its locks.

#include <cstdint>

#include "base/result.h"
#include "data/postgres/connection.h"

namespace ri::data::postgres {

/// Applies the migrations that are missing, all in one transaction. kStorage when the schema is
/// newer than the program; it is then left as it was.
[[nodiscard]] Status MigrateSchema(Connection& connection);

/// Applies the migrations after `current` up to and including `last`, which may be none, inside the
/// caller's transaction.
[[nodiscard]] Status ApplyMigrations(Connection& connection, std::int64_t current,
                                     std::int64_t last);

/// Number of the last migration that was applied; 0 for an empty schema.
[[nodiscard]] Result<std::int64_t> SchemaVersion(Connection& connection);

/// Waits until no other import or migration of this schema runs and keeps the others out until the
/// transaction ends. kConflict after `wait_milliseconds`.
[[nodiscard]] Status LockImports(Connection& connection, std::int64_t wait_milliseconds);

}  // namespace ri::data::postgres
