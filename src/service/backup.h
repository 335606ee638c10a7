#pragma once

/// Use case: the whole database in one file while others work with it.

#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "data/backup.h"
#include "domain/date.h"

namespace ri::service {

/// Writes one consistent state of the database behind the URL to `path`, which appears when it is
/// complete, and reads it back. Imports and everything else go on meanwhile. The file can be
/// restored into any engine. kNotFound when there is no such database.
[[nodiscard]] Result<data::BackupReport> BackUp(const std::string& database,
                                                const std::string& path, domain::Timestamp now,
                                                base::Progress& progress);

}  // namespace ri::service
