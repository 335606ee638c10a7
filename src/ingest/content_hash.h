#pragma once

/// How the same import is known again.

#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "ingest/recognition.h"

namespace ri::ingest {

/// Identity of a set of files and the mapping, whatever the files are called. Reads every file
/// once. kCancelled when `progress` says so.
[[nodiscard]] Result<std::string> HashContent(const Recognition& recognition,
                                              base::Progress& progress);

}  // namespace ri::ingest
