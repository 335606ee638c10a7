#include "data/sqlite/catalog.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "data/sqlite/sql_database.h"

namespace ri::data::sqlite {
namespace {

/// Of one schema: "main", or the server's tables.
std::string ColumnsQuery(const std::string& schema) {
  return "SELECT t.name, c.name, c.type, c.pk FROM " + schema +
         ".sqlite_schema t JOIN pragma_table_info(t.name, '" + schema +
         "') c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT IN "
         "('schema_version', 'operations_version')";
}
std::string ReferencesQuery(const std::string& schema) {
  return "SELECT DISTINCT t.name, f.\"table\" FROM " + schema +
         ".sqlite_schema t JOIN pragma_foreign_key_list(t.name, '" + schema +
         "') f WHERE t.type = 'table'";
}
constexpr std::string_view kAttached =
    "SELECT count(*) FROM pragma_database_list WHERE name = 'operations'";

std::optional<CellType> CellTypeOf(std::string_view declared) {
  if (declared == "INTEGER" || declared == "INT" || declared == "bigint") {
    return CellType::kInteger;
  }
  if (declared == "REAL") {
    return CellType::kReal;
  }
  if (declared == "TEXT" || declared == "text") {
    return CellType::kText;
  }
  return declared == "BLOB" ? std::optional(CellType::kBytes) : std::nullopt;
}

}  // namespace

Status AttachOperations(Connection& connection, const std::string& database) {
  const std::string path = OperationsPath(database);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return {};
  }
  RI_ASSIGN_OR_RETURN(Statement attach, connection.Prepare("ATTACH DATABASE ? AS operations"));
  attach.Bind(1, path);
  return attach.Run();
}

std::string Quoted(std::string_view name) {
  std::string quoted = "\"";
  for (const char character : name) {
    quoted += character;
    if (character == '"') {
      quoted += '"';
    }
  }
  return quoted + '"';
}

std::string ColumnList(const TableShape& table) {
  std::string list;
  for (const TableColumn& column : table.columns) {
    list += (list.empty() ? "" : ", ") + Quoted(column.name);
  }
  return list;
}

Result<std::vector<CatalogTable>> ReadCatalog(Connection& connection) {
  std::map<std::string, std::size_t, std::less<>> positions;
  std::vector<TableNode> nodes;
  std::map<std::string, std::map<std::int64_t, std::string>> keys;  // by table and place in the key
  RI_ASSIGN_OR_RETURN(const std::int64_t attached, connection.QueryInteger(kAttached));
  std::string column_query = ColumnsQuery("main");
  std::string reference_query = ReferencesQuery("main");
  if (attached != 0) {
    column_query += " UNION ALL " + ColumnsQuery("operations");
    reference_query += " UNION ALL " + ReferencesQuery("operations");
  }
  RI_ASSIGN_OR_RETURN(Statement columns, connection.Prepare(column_query + " ORDER BY 1, 2"));
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, columns.Step());
    if (!row) {
      break;
    }
    const std::string table(columns.Text(0));
    const std::string column(columns.Text(1));
    const std::optional<CellType> type = CellTypeOf(columns.Text(2));
    if (!type) {
      return Fail(ErrorCode::kStorage, "Column " + table + "." + column + " has the type \"" +
                                           std::string(columns.Text(2)) +
                                           "\", which backups cannot carry.");
    }
    const auto [position, added] = positions.try_emplace(table, nodes.size());
    if (added) {
      nodes.push_back({.shape = {.name = table, .columns = {}}, .refers_to = {}});
    }
    nodes[position->second].shape.columns.push_back({.name = column, .type = *type});
    if (columns.Integer(3) > 0) {
      keys[table][columns.Integer(3)] = column;
    }
  }
  RI_ASSIGN_OR_RETURN(Statement references, connection.Prepare(reference_query));
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, references.Step());
    if (!row) {
      break;
    }
    const auto from = positions.find(references.Text(0));
    const auto to = positions.find(references.Text(1));
    if (from != positions.end() && to != positions.end()) {
      nodes[from->second].refers_to.push_back(to->second);
    }
  }
  std::vector<CatalogTable> catalog;
  for (TableShape& shape : InOrderOfReference(std::move(nodes))) {
    CatalogTable table{.shape = std::move(shape), .key = {}};
    for (const auto& [place, column] : keys[table.shape.name]) {
      table.key.push_back(column);
    }
    catalog.push_back(std::move(table));
  }
  return catalog;
}

}  // namespace ri::data::sqlite
