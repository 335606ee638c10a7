#pragma once

/// Outcome columns that only say yes or "not yet".

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "ingest/column_facts.h"
#include "ingest/row_source.h"
#include "ingest/value_parser.h"

namespace ri::ingest {

/// Which deals that are not won are not lost either.
struct StillOpen {
  std::size_t column = 0;        ///< that tells them
  std::set<std::string> values;  ///< of that column, as written; "" among them for blanks
  std::string sentence;          ///< what was found, for a person to check
};

/// Looks for deals that a column of yes and no calls "no" because they are still open: those
/// without a closing date, where all won deals have one and others that were not won have one too;
/// or those in stages that no won deal is in, where others that were not won end in the stage of
/// the won ones. Empty when nothing tells them apart, as in tables of closed deals.
///
/// \param endings  by row: 1 won, -1 not won; what is found becomes 0
[[nodiscard]] std::optional<StillOpen> FindStillOpen(const Table& table,
                                                     std::span<const ColumnFacts> facts,
                                                     const MissingWords& missing,
                                                     std::vector<int>& endings);

}  // namespace ri::ingest
