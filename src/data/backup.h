#pragma once

/// A database into a backup file, a backup file into a database, and the proof of a file.

#include <cstdint>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "data/backup_file.h"
#include "data/table_transfer.h"

namespace ri::data {

struct BackupReport {
  std::string path;
  std::uint64_t num_bytes = 0;
  BackupHeader header;
  std::vector<BackupTable> tables;
};

/// Writes what the reader sees to `path`, which appears when it is complete, and reads it back.
/// `created_at` is in ms since 1970 UTC. Cost: one pass over every table; memory does not grow with
/// them.
[[nodiscard]] Result<BackupReport> WriteBackup(DatabaseReader& reader, const std::string& path,
                                               std::int64_t created_at, base::Progress& progress);

/// Reads a backup to its end; kBadInput with the place when it is not what was written.
[[nodiscard]] Result<BackupReport> VerifyBackup(const std::string& path, base::Progress& progress);

/// Fills the writer's database and commits once the file was checked to its end.
/// \pre nothing but the header was read from `file`
[[nodiscard]] Result<BackupReport> RestoreBackup(BackupFileReader& file, const std::string& path,
                                                 DatabaseWriter& writer, base::Progress& progress);

}  // namespace ri::data
