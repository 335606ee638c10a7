#pragma once

/// The SQL of database/migrations/sqlite, embedded by the build.

#include <span>

#include "data/migration.h"

namespace ri::data::sqlite {

[[nodiscard]] std::span<const Migration> Migrations();

}  // namespace ri::data::sqlite
