#pragma once

/// The SQLite side of backups.

#include <chrono>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "data/table_transfer.h"

namespace ri::data::sqlite {

/// kNotFound when there is no such file, kStorage when it is not a database of this program.
[[nodiscard]] Result<std::unique_ptr<DatabaseReader>> OpenReader(std::string_view path);

/// Creates the file when it does not exist. kRefused when the database holds rows and may not be
/// replaced, kUsage when the versions do not fit, kConflict when another process writes for longer
/// than `lock_wait`.
[[nodiscard]] Result<std::unique_ptr<DatabaseWriter>> OpenWriter(
    std::string_view path, const RestoreTarget& target,
    std::chrono::milliseconds lock_wait = std::chrono::milliseconds(10000));

}  // namespace ri::data::sqlite
