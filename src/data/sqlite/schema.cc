#include "data/sqlite/schema.h"

#include <string>

#include "data/sqlite/migrations.h"

namespace ri::data::sqlite {
namespace {

constexpr const char* kCreateVersionTable =
    "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL, "
    "applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))) STRICT";

Status Apply(Connection& connection, const Migration& migration) {
  const std::string script(migration.sql);
  RI_RETURN_IF_ERROR(connection.Execute(script.c_str()));
  RI_ASSIGN_OR_RETURN(Statement insert, connection.Prepare("INSERT INTO schema_version (version, "
                                                           "name) VALUES (?, ?)"));
  insert.Bind(1, migration.version);
  insert.Bind(2, migration.name);
  return insert.Run();
}

}  // namespace

Result<std::int64_t> SchemaVersion(Connection& connection) {
  RI_ASSIGN_OR_RETURN(
      const std::int64_t tables,
      connection.QueryInteger("SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"));
  if (tables == 0) {
    return 0;
  }
  RI_ASSIGN_OR_RETURN(const std::int64_t ours,
                      connection.QueryInteger("SELECT count(*) FROM sqlite_schema WHERE type = "
                                              "'table' AND name = 'schema_version'"));
  if (ours == 0) {
    return Fail(ErrorCode::kStorage,
                "The file is a SQLite database of another program. Name another file.");
  }
  return connection.QueryInteger("SELECT coalesce(max(version), 0) FROM schema_version");
}

Status ApplyMigrations(Connection& connection, std::int64_t current, std::int64_t last) {
  RI_ASSIGN_OR_RETURN(const auto pending, PendingMigrations(Migrations(), current));
  if (current == 0) {
    RI_RETURN_IF_ERROR(connection.Execute(kCreateVersionTable));
  }
  for (const Migration& migration : pending) {
    if (migration.version <= last) {
      RI_RETURN_IF_ERROR(Apply(connection, migration));
    }
  }
  return {};
}

Status MigrateSchema(Connection& connection) {
  // Reading first spares the write lock in the usual case: opening never waits for an import.
  RI_ASSIGN_OR_RETURN(const std::int64_t seen, SchemaVersion(connection));
  RI_ASSIGN_OR_RETURN(const auto missing, PendingMigrations(Migrations(), seen));
  if (missing.empty()) {
    return {};
  }
  RI_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(connection, Transaction::Mode::kWrite));
  // Somebody else may have migrated while this waited for the lock.
  RI_ASSIGN_OR_RETURN(const std::int64_t current, SchemaVersion(connection));
  RI_RETURN_IF_ERROR(
      ApplyMigrations(connection, current, static_cast<std::int64_t>(Migrations().size())));
  return transaction.Commit();
}

}  // namespace ri::data::sqlite
