#pragma once

/// Numbered steps that bring a database to the form this program works with.

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"

namespace ri::data {

/// One step. The SQL is a script of the engine's dialect without transaction statements.
struct Migration {
  std::int64_t version = 0;  ///< 1, 2, 3, ... without gaps
  std::string_view name;     ///< what it adds, for people
  std::string_view sql;
};

/// The steps a database at `current` (0 = empty) still needs, in order. kStorage when the database
/// is newer than the program: it is left alone.
[[nodiscard]] Result<std::span<const Migration>> PendingMigrations(std::span<const Migration> all,
                                                                   std::int64_t current);

}  // namespace ri::data
