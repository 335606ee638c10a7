#pragma once

/// Use case: read exports into the database.

#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "book/workspace.h"
#include "ingest/import_report.h"

namespace ri::service {

struct ImportRequest {
  std::vector<std::string> paths;             ///< files or folders
  std::string preset = "auto";                ///< name of a built-in mapping, or "auto"
  std::optional<std::string> mapping_path;    ///< a TOML file instead of a preset
  std::optional<domain::Timestamp> known_at;  ///< when the files were obtained; default now
  bool dry_run = false;
  double max_reject_share = 0.05;      ///< more bad rows than this stop the import
  std::string actor = "command line";  ///< who asked, for the log
  domain::Timestamp now{};
};

[[nodiscard]] Result<ingest::ImportReport> ImportData(book::Workspace& workspace,
                                                      const ImportRequest& request,
                                                      base::Progress& progress);

}  // namespace ri::service
