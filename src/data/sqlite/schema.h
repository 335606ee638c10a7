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

/// Number of the last migration that was applied; 0 for an empty database.
[[nodiscard]] Result<std::int64_t> SchemaVersion(Connection& connection);

}  // namespace ri::data::sqlite
