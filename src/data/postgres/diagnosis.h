#pragma once

/// What `doctor` asks of a database server.

#include <string>
#include <vector>

#include "base/result.h"
#include "data/postgres/connection.h"

namespace ri::data::postgres {

/// A line each: engine, schema version, size, counts, integrity. Reads every table several times.
/// kStorage when rows contradict each other.
[[nodiscard]] Result<std::vector<std::string>> Diagnose(Connection& connection);

}  // namespace ri::data::postgres
