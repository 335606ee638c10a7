#pragma once

/// Use case: what is in a file, before anything is imported.

#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "ingest/mapping_proposal.h"
#include "ingest/row_source.h"
#include "quality/column_profile.h"
#include "quality/leakage_audit.h"

namespace ri::service {

struct InspectRequest {
  std::vector<std::string> paths;
  std::optional<std::string> outcome;  ///< name of the outcome column; guessed when empty
  std::vector<std::string> won;        ///< its values that mean won; with `outcome`
  std::size_t max_rows = 200'000;      ///< rows read per file
  bool propose = false;                ///< a mapping even for a file that is recognised
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
  /// The mapping to begin with, for a file that no built-in mapping knows.
  std::optional<ingest::MappingProposal> proposal;
};

struct InspectReport {
  std::string recognised;  ///< mapping that `import` would use by itself; empty = none
  std::string recognised_reason;
  std::vector<InspectedFile> files;
};

[[nodiscard]] Result<InspectReport> InspectFiles(const InspectRequest& request,
                                                 base::Progress& progress);

/// Writes the proposed mapping of the one inspected file to `path`; a person corrects it and gives
/// it to `import`. Columns suspected of knowing the outcome are in its never_use. kUsage when the
/// report has not exactly one file, or was made without a proposal.
[[nodiscard]] Status WriteMapping(const InspectReport& report, const std::string& path);

}  // namespace ri::service
