#pragma once

/// What `doctor` asks of a database file.

#include <string>
#include <vector>

#include "base/result.h"
#include "data/sqlite/connection.h"

namespace ri::data::sqlite {

/// A line each: engine, schema version, size, counts, integrity. Reads every table several times.
/// kStorage when the file is damaged or its rows contradict each other.
[[nodiscard]] Result<std::vector<std::string>> Diagnose(Connection& connection);

}  // namespace ri::data::sqlite
