#pragma once

#include <memory>
#include <string>

#include "data/sql_database.h"

namespace ri::data::postgres {

/// Opens the tables of the server, in the same schema as the events, and migrates them. Keeps a
/// few connections, so that a slow statement holds up nobody else.
[[nodiscard]] Result<std::unique_ptr<SqlDatabase>> OpenSqlDatabase(const std::string& url);

}  // namespace ri::data::postgres
