#pragma once

/// The SQLite side of an erasure.

#include <chrono>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "data/erasure.h"
#include "data/sqlite/connection.h"

namespace ri::data::sqlite {

/// kNotFound when there is no such file; kConflict when another process writes for longer than
/// `lock_wait`.
[[nodiscard]] Result<std::unique_ptr<ErasureWriter>> OpenErasureWriter(
    std::string_view path, std::chrono::milliseconds lock_wait = std::chrono::milliseconds(10000));

[[nodiscard]] Result<ErasureRecords> ReadErasureRecords(Connection& connection);

}  // namespace ri::data::sqlite
