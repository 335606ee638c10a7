#pragma once

/// Use case: what is in a file, before anything is imported.

#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "ingest/row_source.h"
#include "quality/column_profile.h"
#include "quality/leakage_audit.h"

namespace ri::service {

struct InspectRequest {
  std::vector<std::string> paths;
  std::optional<std::string> outcome;  ///< name of the outcome column; guessed when empty
  std::vector<std::string> won;        ///< its values that mean won; with `outcome`
  std::size_t max_rows = 200'000;      ///< rows read per file
};

struct InspectedFile {
  std::string path;
  ingest::FileFacts facts;
  std::size_t rows = 0;
  std::int64_t malformed = 0;
  bool whole_file = true;  ///< false when max_rows was reached
  std::vector<quality::ColumnProfile> columns;
  std::optional<std::string> outcome_column;
  std::string outcome_reason;
  std::size_t won = 0, lost = 0;
  std::vector<quality::LeakSuspicion> suspicions;
};

struct InspectReport {
  std::string recognised;  ///< mapping that `import` would use by itself; empty = none
  std::string recognised_reason;
  std::vector<InspectedFile> files;
};

[[nodiscard]] Result<InspectReport> InspectFiles(const InspectRequest& request,
                                                 base::Progress& progress);

/// Writes a first mapping for an unknown table to `path`, with comments that say what was guessed;
/// a person corrects it and gives it to `import`.
Status WriteMapping(const std::string& table, const std::string& path);

}  // namespace ri::service
