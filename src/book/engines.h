#pragma once

/// The database engines this program is built with.

#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "data/open_store.h"
#include "data/operations_store.h"

namespace ri::book {

[[nodiscard]] std::span<const data::Engine> Engines();

/// Opens the tables of the server: beside a SQLite database in "NAME.operations.db", within a
/// PostgreSQL database in the same schema. kUsage for another URL.
[[nodiscard]] Result<std::unique_ptr<data::OperationsStore>> OpenOperations(const std::string& url);

}  // namespace ri::book
