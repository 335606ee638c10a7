#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "data/sql_database.h"

namespace ri::data::sqlite {

/// The file that holds the tables of the server beside a database file.
[[nodiscard]] std::string OperationsPath(std::string_view database);

/// Opens the tables of the server in a file of their own and migrates them.
[[nodiscard]] Result<std::unique_ptr<SqlDatabase>> OpenSqlDatabase(const std::string& path);

}  // namespace ri::data::sqlite
