#include "data/postgres/schema.h"

#include <string>

#include "data/postgres/migrations.h"

namespace ri::data::postgres {
namespace {

constexpr const char* kCreateVersionTable =
    "CREATE TABLE schema_version (version integer PRIMARY KEY, name text NOT NULL, "
    "applied_at timestamptz NOT NULL DEFAULT now())";

// Advisory locks are numbers shared by everybody who uses the database. The upper half spells
// "revi", the lower half is the schema, so that schemas of one database do not block each other.
constexpr const char* kTakeLock =
    "SELECT pg_advisory_xact_lock(x'72657669'::bigint << 32 | "
    "(SELECT oid::bigint FROM pg_namespace WHERE nspname = current_schema()))";

constexpr std::int64_t kMigrationWaitMilliseconds = 60000;

Status Apply(Connection& connection, const Migration& migration) {
  RI_RETURN_IF_ERROR(connection.Execute(std::string(migration.sql)));
  const Result<QueryResult> inserted =
      connection.Query("INSERT INTO schema_version (version, name) VALUES ($1, $2)",
                       Parameters().Add(migration.version).Add(migration.name));
  if (!inserted) {
    return std::unexpected(inserted.error());
  }
  return {};
}

}  // namespace

Result<std::int64_t> SchemaVersion(Connection& connection) {
  RI_ASSIGN_OR_RETURN(const std::int64_t has_schema,
                      connection.QueryInteger("SELECT (current_schema() IS NOT NULL)::integer"));
  if (has_schema == 0) {
    return Fail(ErrorCode::kStorage,
                "The schema in the search path of this connection does not exist. Create it, or "
                "correct the search_path in the database URL.");
  }
  RI_ASSIGN_OR_RETURN(const std::int64_t tables,
                      connection.QueryInteger("SELECT count(*) FROM pg_tables WHERE schemaname = "
                                              "current_schema() AND tablename = 'schema_version'"));
  if (tables == 0) {
    return 0;
  }
  return connection.QueryInteger("SELECT coalesce(max(version), 0)::bigint FROM schema_version");
}

Status LockImports(Connection& connection, std::int64_t wait_milliseconds) {
  // Limits that a server may set for everybody would end a long import half-way.
  RI_RETURN_IF_ERROR(
      connection.Execute("SET LOCAL lock_timeout = " + std::to_string(wait_milliseconds) +
                         "; SET LOCAL statement_timeout = 0"
                         "; SET LOCAL idle_in_transaction_session_timeout = 0"));
  const Result<QueryResult> locked = connection.Query(kTakeLock);
  if (!locked) {
    return std::unexpected(locked.error());
  }
  return {};
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
  // Reading first spares the lock in the usual case: opening never waits for an import.
  RI_ASSIGN_OR_RETURN(const std::int64_t seen, SchemaVersion(connection));
  RI_ASSIGN_OR_RETURN(const auto missing, PendingMigrations(Migrations(), seen));
  if (missing.empty()) {
    return {};
  }
  RI_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(connection, Transaction::Mode::kWrite));
  RI_RETURN_IF_ERROR(LockImports(connection, kMigrationWaitMilliseconds));
  // Somebody else may have migrated while this waited for the lock.
  RI_ASSIGN_OR_RETURN(const std::int64_t current, SchemaVersion(connection));
  RI_RETURN_IF_ERROR(
      ApplyMigrations(connection, current, static_cast<std::int64_t>(Migrations().size())));
  return transaction.Commit();
}

}  // namespace ri::data::postgres
