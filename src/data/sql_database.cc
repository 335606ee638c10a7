#include "data/sql_database.h"

#include "data/operations/migrations.h"

namespace ri::data {
namespace {

constexpr std::int64_t kMigrationLock = 1;

std::string ForEngine(std::string_view sql, std::string_view key) {
  std::string script(sql);
  constexpr std::string_view kMark = "@key@";
  for (std::size_t at = script.find(kMark); at != std::string::npos; at = script.find(kMark, at)) {
    script.replace(at, kMark.size(), key);
  }
  return script;
}

Result<std::int64_t> Version(SqlDatabase& database, SqlSession& session) {
  RI_ASSIGN_OR_RETURN(const auto tables, session.Run(database.table_exists_query()));
  if (tables.empty() || Integer(tables[0][0]) == 0) {
    return 0;
  }
  RI_ASSIGN_OR_RETURN(
      const auto rows,
      session.Run("SELECT CAST(coalesce(max(version), 0) AS bigint) FROM operations_version"));
  return Integer(rows[0][0]);
}

}  // namespace

Status MigrateOperations(SqlDatabase& database) {
  std::int64_t seen = 0;
  RI_RETURN_IF_ERROR(database.With([&](SqlSession& session) -> Status {
    RI_ASSIGN_OR_RETURN(seen, Version(database, session));
    return {};
  }));
  RI_ASSIGN_OR_RETURN(const auto missing, PendingMigrations(operations::Migrations(), seen));
  if (missing.empty()) {
    return {};
  }
  return database.Atomically([&](SqlSession& session) -> Status {
    RI_RETURN_IF_ERROR(database.Lock(session, kMigrationLock));
    // Another process may have been faster.
    RI_ASSIGN_OR_RETURN(const std::int64_t current, Version(database, session));
    RI_ASSIGN_OR_RETURN(const auto pending, PendingMigrations(operations::Migrations(), current));
    if (current == 0) {
      RI_RETURN_IF_ERROR(session.Script(
          "CREATE TABLE operations_version (version bigint PRIMARY KEY, name text NOT NULL)"));
    }
    for (const Migration& migration : pending) {
      RI_RETURN_IF_ERROR(session.Script(ForEngine(migration.sql, database.generated_key())));
      const auto added = session.Run(
          "INSERT INTO operations_version (version, name) "
          "VALUES ($1, $2)",
          migration.version, std::string(migration.name));
      if (!added) {
        return std::unexpected(added.error());
      }
    }
    return {};
  });
}

}  // namespace ri::data
