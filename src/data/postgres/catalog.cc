#include "data/postgres/catalog.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace ri::data::postgres {
namespace {

// One row per column; `place` counts from 1 within the primary key and is 0 outside.
constexpr const char* kColumns =
    "SELECT c.relname::text, a.attname::text, t.typname::text, "
    "coalesce(array_position(i.indkey::smallint[], a.attnum), -1)::integer, "
    "a.attidentity <> '' OR coalesce(pg_get_expr(d.adbin, d.adrelid), '') LIKE 'nextval(%' "
    "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = "
    "a.atttypid LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary LEFT JOIN pg_attrdef "
    "d ON d.adrelid = c.oid AND d.adnum = a.attnum "
    "WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = "
    "current_schema()::regnamespace AND c.relname NOT IN ('schema_version', 'operations_version') "
    "AND a.attnum > 0 AND NOT a.attisdropped "
    "ORDER BY c.relname COLLATE \"C\", a.attname COLLATE \"C\"";
constexpr const char* kReferences =
    "SELECT DISTINCT f.relname::text, t.relname::text FROM pg_constraint k JOIN pg_class f ON "
    "f.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid WHERE k.contype = 'f' AND "
    "k.connamespace = current_schema()::regnamespace";

struct KnownType {
  std::string_view name;
  ColumnType type;
  CellType cell;
};

constexpr KnownType kKnownTypes[] = {{"bool", ColumnType::kBoolean, CellType::kInteger},
                                     {"int4", ColumnType::kInteger, CellType::kInteger},
                                     {"int8", ColumnType::kBigint, CellType::kInteger},
                                     {"float8", ColumnType::kDouble, CellType::kReal},
                                     {"text", ColumnType::kText, CellType::kText},
                                     {"bytea", ColumnType::kBytea, CellType::kBytes}};

}  // namespace

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

Result<std::vector<CatalogTable>> ReadCatalog(Connection& connection) {
  std::map<std::string, std::size_t, std::less<>> positions;
  std::vector<TableNode> nodes;
  std::vector<CatalogTable> tables;
  std::vector<std::map<std::int64_t, std::size_t>> keys;
  RI_ASSIGN_OR_RETURN(const QueryResult columns, connection.Query(kColumns));
  for (int row = 0; row < columns.num_rows(); ++row) {
    const std::string name(columns.Text(row, 0));
    const std::string column(columns.Text(row, 1));
    const auto* known = std::ranges::find(kKnownTypes, columns.Text(row, 2), &KnownType::name);
    if (known == std::end(kKnownTypes)) {
      return Fail(ErrorCode::kStorage, "Column " + name + "." + column + " has the type \"" +
                                           std::string(columns.Text(row, 2)) +
                                           "\", which backups cannot carry.");
    }
    const auto [position, added] = positions.try_emplace(name, tables.size());
    if (added) {
      tables.emplace_back().shape.name = name;
      nodes.push_back({.shape = {.name = name, .columns = {}}, .refers_to = {}});
      keys.emplace_back();
    }
    CatalogTable& table = tables[position->second];
    if (columns.Integer(row, 3) >= 0) {
      keys[position->second][columns.Integer(row, 3)] = table.types.size();
    }
    table.shape.columns.push_back({.name = column, .type = known->cell});
    table.types.push_back(known->type);
    table.numbered.push_back(columns.Integer(row, 4) != 0);
  }
  RI_ASSIGN_OR_RETURN(const QueryResult references, connection.Query(kReferences));
  for (int row = 0; row < references.num_rows(); ++row) {
    const auto from = positions.find(references.Text(row, 0));
    const auto to = positions.find(references.Text(row, 1));
    if (from != positions.end() && to != positions.end()) {
      nodes[from->second].refers_to.push_back(to->second);
    }
  }
  std::vector<CatalogTable> catalog;
  for (const TableShape& shape : InOrderOfReference(std::move(nodes))) {
    const std::size_t position = positions.find(shape.name)->second;
    CatalogTable& table = tables[position];
    for (const auto& [place, column] : keys[position]) {
      table.key.push_back(column);
    }
    catalog.push_back(std::move(table));
  }
  return catalog;
}

}  // namespace ri::data::postgres
