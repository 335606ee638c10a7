#pragma once

/// The SQL of database/migrations/postgres, embedded by the build.

#include <span>

#include "data/migration.h"

namespace ri::data::postgres {

[[nodiscard]] std::span<const Migration> Migrations();

}  // namespace ri::data::postgres
