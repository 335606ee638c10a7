#pragma once

/// The tables of the current schema as the server's catalogue describes them.

#include <string>
#include <vector>

#include "base/result.h"
#include "data/postgres/connection.h"
#include "data/table_transfer.h"

namespace ri::data::postgres {

/// Column types that occur in migrations.
enum class ColumnType { kBoolean, kInteger, kBigint, kDouble, kText, kBytea };

struct CatalogTable {
  TableShape shape;               ///< columns by name
  std::vector<ColumnType> types;  ///< of the columns
  std::vector<bool> numbered;     ///< columns whose values the server may choose from a sequence
  std::vector<std::size_t> key;   ///< columns of the primary key in its order; may be empty
};

/// All tables but the record of migrations, referenced ones first; a partitioned table is one, its
/// parts are none. kStorage for a column that no CellType can carry.
[[nodiscard]] Result<std::vector<CatalogTable>> ReadCatalog(Connection& connection);

/// A name between quotation marks.
[[nodiscard]] std::string Quoted(std::string_view name);

}  // namespace ri::data::postgres
