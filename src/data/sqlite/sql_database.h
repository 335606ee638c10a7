#pragma once

#include <memory>
#include <string>

#include "data/sql_database.h"

namespace ri::data::sqlite {

/// Opens the tables of the server in a file of their own and migrates them.
[[nodiscard]] Result<std::unique_ptr<SqlDatabase>> OpenSqlDatabase(const std::string& path);

}  // namespace ri::data::sqlite
