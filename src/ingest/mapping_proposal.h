#pragma once

/// A first mapping for an export nobody has seen before.

#include <string>

#include "base/result.h"

namespace ri::ingest {

/// Guesses from names and values which column is what, and writes a commented mapping that `import`
/// accepts: a person corrects it instead of starting from nothing. Looks at the first 20,000 rows.
/// The file is taken for a table of deals. Where the file leaves a choice the comment says so: no
/// dates (a pseudo clock by row order), dates of unclear order, no outcome (all deals open).
/// kBadInput and kNotFound as OpenRows.
[[nodiscard]] Result<std::string> ProposeMapping(const std::string& path);

}  // namespace ri::ingest
