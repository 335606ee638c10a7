#pragma once

/// Use case: fill a database, of whichever engine, from a backup.

#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "data/backup.h"

namespace ri::service {

struct RestoreRequest {
  std::string path;
  std::string database;  ///< URL; created when there is none
  bool replace = false;  ///< delete what the database holds
};

/// All or nothing: the file is checked to its end before anything becomes visible. A backup of an
/// older schema is brought up to date. kRefused when the database holds data and `replace` is
/// false.
[[nodiscard]] Result<data::BackupReport> Restore(const RestoreRequest& request,
                                                 base::Progress& progress);

}  // namespace ri::service
