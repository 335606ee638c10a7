#pragma once

/// Words by which exports say that a deal was won or lost.

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace ri::ingest {

/// Words of nine European languages for a won deal, in any case: "Closed Won", "gewonnen", also
/// with a number or percentage around them ("6 - Closed Won (100%)").
[[nodiscard]] bool MeansWon(std::string_view text);
/// The same for a deal that was lost, refused or given up.
[[nodiscard]] bool MeansLost(std::string_view text);

/// The values of an outcome column, as written.
struct OutcomeValues {
  std::set<std::string> won;
  std::set<std::string> lost;
  std::set<std::string> open;
  std::string reason;  ///< why the column is taken for the outcome
};

/// What the values of a column say about endings; empty when they say nothing. A column qualifies
/// by a value that means won and one that means lost, by the letters W and L, or by yes and no
/// (1 and 0) under a name that speaks of an outcome. Blank values are not among `values`.
[[nodiscard]] std::optional<OutcomeValues> ReadOutcomeValues(std::string_view column_name,
                                                             const std::set<std::string>& values);

}  // namespace ri::ingest
