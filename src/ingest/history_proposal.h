#pragma once

/// A first mapping for an export that has one row per change of stage instead of one per deal.

#include <optional>
#include <string>

#include "ingest/mapping_proposal.h"
#include "ingest/row_source.h"

namespace ri::ingest {

/// Empty when the table does not look like a history: its rows then are deals. A history names most
/// deals several times, with stages and dates that change from row to row.
[[nodiscard]] std::optional<MappingProposal> ProposeHistory(const std::string& path,
                                                            const Table& table);

}  // namespace ri::ingest
