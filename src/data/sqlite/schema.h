#pragma once

/// Brings a database file to the schema of this program.

#include <cstdint>
#include <string>

#include "base/result.h"
#include "data/sqlite/connection.h"

namespace ri::data::sqlite {

/// Applies the migrations that are missing, all in one transaction. kStorage when the database is
/// newer than the program or belongs to another program; it is then left as it was.
[[nodiscard]] Status MigrateSchema(Connection& connection);

/// Applies the migrations after `current` up to and including `last`, which may be none, inside the
/// caller's transaction.
[[nodiscard]] Status ApplyMigrations(Connection& connection, std::int64_t current,
                                     std::int64_t last);

/// Number of the last migration that was applied; 0 for an empty database.
[[nodiscard]] Result<std::int64_t> SchemaVersion(Connection& connection);

}  // namespace ri::data::sqlite
