#pragma once

/// The SQL of database/operations, embedded by the build.

#include <span>

#include "data/migration.h"

namespace ri::data::operations {

[[nodiscard]] std::span<const Migration> Migrations();

}  // namespace ri::data::operations
