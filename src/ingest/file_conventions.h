#pragma once

/// How one file writes its dates and numbers, decided from its values.

#include <span>
#include <string>
#include <vector>

#include "ingest/column_facts.h"
#include "ingest/date_parser.h"

namespace ri::ingest {

struct FileConventions {
  DateOrder date_order = DateOrder::kUnknown;  ///< as the majority of telling dates proves
  std::string lines;                           ///< for the mapping, with the reason as a comment
  std::vector<std::string> questions;          ///< what the values cannot decide
};

/// One order of day and month and one mark of decimals for the whole file.
[[nodiscard]] FileConventions DecideFileConventions(std::span<const ColumnFacts> columns,
                                                    char delimiter);

}  // namespace ri::ingest
