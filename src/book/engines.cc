#include "book/engines.h"

#include <array>

#include "data/postgres/postgres_store.h"
#include "data/postgres/sql_database.h"
#include "data/sqlite/sql_database.h"
#include "data/sqlite/sqlite_store.h"

namespace ri::book {

std::span<const data::Engine> Engines() {
  static const std::array kEngines = {data::sqlite::MakeEngine(), data::postgres::MakeEngine()};
  return kEngines;
}

Result<std::unique_ptr<data::OperationsStore>> OpenOperations(const std::string& url) {
  std::unique_ptr<data::SqlDatabase> database;
  constexpr std::string_view kSqlite = "sqlite:";
  if (url.starts_with(kSqlite)) {
    RI_ASSIGN_OR_RETURN(database, data::sqlite::OpenSqlDatabase(
                                      data::sqlite::OperationsPath(url.substr(kSqlite.size()))));
  } else if (url.starts_with("postgresql:") || url.starts_with("postgres:")) {
    RI_ASSIGN_OR_RETURN(database, data::postgres::OpenSqlDatabase(url));
  } else {
    return Fail(ErrorCode::kUsage,
                "The database URL must begin with sqlite: or postgresql:, for example "
                "sqlite:revint.db.");
  }
  return std::make_unique<data::OperationsStore>(std::move(database));
}

}  // namespace ri::book
