#pragma once

/// The PostgreSQL side of an erasure.

#include <chrono>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "data/erasure.h"
#include "data/postgres/connection.h"

namespace ri::data::postgres {

/// kConflict when an import runs for longer than `lock_wait`.
[[nodiscard]] Result<std::unique_ptr<ErasureWriter>> OpenErasureWriter(
    std::string_view url, std::chrono::milliseconds lock_wait = std::chrono::milliseconds(10000));

[[nodiscard]] Result<ErasureRecords> ReadErasureRecords(Connection& connection);

}  // namespace ri::data::postgres
