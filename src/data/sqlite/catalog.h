#pragma once

/// The tables of a database as its own catalogue describes them.

#include <string>
#include <vector>

#include "base/result.h"
#include "data/sqlite/connection.h"
#include "data/table_transfer.h"

namespace ri::data::sqlite {

struct CatalogTable {
  TableShape shape;              ///< columns by name
  std::vector<std::string> key;  ///< columns of the primary key in its order; may be empty
};

/// All tables but the record of migrations, referenced ones first. kStorage for a column that no
/// CellType can carry.
[[nodiscard]] Result<std::vector<CatalogTable>> ReadCatalog(Connection& connection);

/// Takes the tables of the server in: they lie in a file of their own, which need not exist. From
/// then on they stand in the catalogue and in statements like all others.
/// \pre no transaction is open
Status AttachOperations(Connection& connection, const std::string& database);

/// A name between quotation marks.
[[nodiscard]] std::string Quoted(std::string_view name);
/// The columns of a table, quoted and separated by commas.
[[nodiscard]] std::string ColumnList(const TableShape& table);

}  // namespace ri::data::sqlite
