#pragma once

/// The PostgreSQL side of backups.

#include <chrono>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "data/table_transfer.h"

namespace ri::data::postgres {

/// kNotFound when the schema holds no database of this program.
[[nodiscard]] Result<std::unique_ptr<DatabaseReader>> OpenReader(std::string_view url);

/// kRefused when the database holds rows and may not be replaced, kUsage when the versions do not
/// fit, kConflict when an import runs for longer than `lock_wait`.
[[nodiscard]] Result<std::unique_ptr<DatabaseWriter>> OpenWriter(
    std::string_view url, const RestoreTarget& target,
    std::chrono::milliseconds lock_wait = std::chrono::milliseconds(10000));

}  // namespace ri::data::postgres
