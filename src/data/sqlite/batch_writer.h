#pragma once

/// The SQLite side of an import: prepared inserts in one transaction on a connection of its own.

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "data/import_session.h"

namespace ri::data::sqlite {

/// Opens a connection and takes the write lock; kConflict when another import holds it for longer
/// than `lock_wait`.
[[nodiscard]] Result<std::unique_ptr<BatchWriter>> OpenBatchWriter(
    const std::string& path, std::chrono::milliseconds lock_wait);

}  // namespace ri::data::sqlite
