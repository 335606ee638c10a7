#pragma once

/// Which column of an unknown table says how a deal ended.

#include <optional>
#include <set>
#include <span>
#include <string>

#include "quality/column_profile.h"

namespace ri::quality {

struct OutcomeColumn {
  std::size_t column = 0;
  std::set<std::string> won;  ///< values as written
  std::set<std::string> lost;
  std::string reason;  ///< why it is thought to be the outcome
};

/// The most likely column, or empty. A column qualifies when it has a value that means won and one
/// that means lost; plain yes / no and 1 / 0 count only under a name that speaks of an outcome.
[[nodiscard]] std::optional<OutcomeColumn> GuessOutcome(
    std::span<const ColumnProfile> profiles, std::span<const std::vector<std::string>> columns);

}  // namespace ri::quality
