#include "data/sqlite/diagnosis.h"

#include <sqlite3.h>

#include "data/integrity_queries.h"
#include "data/sqlite/schema.h"

namespace ri::data::sqlite {

Result<std::vector<std::string>> Diagnose(Connection& connection) {
  RI_ASSIGN_OR_RETURN(const Transaction transaction,
                      Transaction::Begin(connection, Transaction::Mode::kRead));
  std::vector<std::string> lines;
  lines.push_back(std::string("engine: SQLite ") + sqlite3_libversion());
  RI_ASSIGN_OR_RETURN(const std::int64_t version, SchemaVersion(connection));
  lines.push_back("schema version: " + std::to_string(version));
  RI_ASSIGN_OR_RETURN(const std::int64_t pages, connection.QueryInteger("PRAGMA page_count"));
  RI_ASSIGN_OR_RETURN(const std::int64_t page_size, connection.QueryInteger("PRAGMA page_size"));
  lines.push_back("size: " + std::to_string(pages * page_size) + " bytes");
  for (const CountQuery& query : kCountQueries) {
    RI_ASSIGN_OR_RETURN(const std::int64_t count, connection.QueryInteger(query.sql));
    lines.push_back(std::string(query.name) + ": " + std::to_string(count));
  }
  RI_ASSIGN_OR_RETURN(const std::string check, connection.QueryText("PRAGMA integrity_check(1)"));
  if (check != "ok") {
    return Fail(ErrorCode::kStorage,
                "The database file is damaged: " + check + ". Restore it from a backup.");
  }
  for (const IntegrityQuery& query : kIntegrityQueries) {
    RI_ASSIGN_OR_RETURN(const std::int64_t violations, connection.QueryInteger(query.sql));
    if (violations != 0) {
      return Fail(ErrorCode::kStorage, BrokenRule(query, violations));
    }
  }
  lines.push_back("integrity: ok");
  return lines;
}

}  // namespace ri::data::sqlite
