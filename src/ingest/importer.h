#pragma once

/// Reads CRM exports unchanged and appends them to the store as events: all of them or nothing.
///
///   ImportOptions options{.known_at = now};
///   auto report = ImportPaths(store, {"exports/"}, options, progress);

#include <cstdint>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "data/store.h"
#include "ingest/import_report.h"
#include "ingest/recognition.h"

namespace ri::ingest {

struct ImportOptions {
  MappingChoice mapping;
  /// When the content was obtained, ms since 1970 UTC. The clock is the caller's.
  std::int64_t known_at = 0;
  bool dry_run = false;            ///< reads and judges everything, writes nothing
  double max_reject_share = 0.05;  ///< of the rows of one file; more stops the import
};

/// Imports all paths as one batch. The events do not depend on the order of rows, files or paths.
///
/// - The same content and mapping again changes nothing: `already_imported`.
/// - Bad rows and cells are quarantined with their place and reason. More bad rows in a file than
///   the stated share are kBadInput, with the most frequent reason and an example.
/// - kCancelled when `progress` says so; nothing is stored then.
///
/// Memory: a buffer per open file, the history rows (64 bytes each) and about 60 bytes per deal.
[[nodiscard]] Result<ImportReport> ImportPaths(data::Store& store,
                                               const std::vector<std::string>& paths,
                                               const ImportOptions& options,
                                               base::Progress& progress);

}  // namespace ri::ingest
