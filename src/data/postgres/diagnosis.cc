#include "data/postgres/diagnosis.h"

#include <string>
#include <utility>

#include "data/integrity_queries.h"
#include "data/postgres/schema.h"

namespace ri::data::postgres {
namespace {

/// Whether a power cut can take what was committed; both settings are the administrator's.
Result<std::string> Durability(Connection& connection) {
  std::string off;
  for (const char* setting : {"fsync", "full_page_writes"}) {
    RI_ASSIGN_OR_RETURN(
        const QueryResult value,
        connection.Query(("SELECT current_setting('" + std::string(setting) + "')").c_str()));
    if (value.Text(0, 0) == "off") {
      off += (off.empty() ? "" : " and ") + std::string(setting);
    }
  }
  return off.empty() ? std::string("durability: what is committed outlives a power cut")
                     : "durability: " + off +
                           " switched off on the server; a power cut can destroy this database";
}

}  // namespace

Result<std::vector<std::string>> Diagnose(Connection& connection) {
  RI_ASSIGN_OR_RETURN(const Transaction transaction,
                      Transaction::Begin(connection, Transaction::Mode::kRead));
  std::vector<std::string> lines;
  RI_ASSIGN_OR_RETURN(const QueryResult server,
                      connection.Query("SELECT current_setting('server_version')"));
  lines.push_back("engine: PostgreSQL " + std::string(server.Text(0, 0)) + ", " +
                  connection.Place());
  RI_ASSIGN_OR_RETURN(const std::int64_t version, SchemaVersion(connection));
  lines.push_back("schema version: " + std::to_string(version));
  RI_ASSIGN_OR_RETURN(
      const std::int64_t size,
      connection.QueryInteger("SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM "
                              "pg_class c WHERE c.relkind = 'r' AND c.relnamespace = "
                              "current_schema()::regnamespace"));
  lines.push_back("size: " + std::to_string(size) + " bytes");
  lines.push_back(connection.ReadOnly()
                      ? "changes: none taken here; this is a standby, or opened for reading only"
                      : "changes: taken");
  RI_ASSIGN_OR_RETURN(std::string durability, Durability(connection));
  lines.push_back(std::move(durability));
  for (const CountQuery& query : kCountQueries) {
    RI_ASSIGN_OR_RETURN(const std::int64_t count,
                        connection.QueryInteger(std::string(query.sql).c_str()));
    lines.push_back(std::string(query.name) + ": " + std::to_string(count));
  }
  for (const IntegrityQuery& query : kIntegrityQueries) {
    RI_ASSIGN_OR_RETURN(const std::int64_t violations,
                        connection.QueryInteger(std::string(query.sql).c_str()));
    if (violations != 0) {
      return Fail(ErrorCode::kStorage, BrokenRule(query, violations));
    }
  }
  lines.push_back("integrity: ok");
  return lines;
}

}  // namespace ri::data::postgres
