#pragma once

/// The PostgreSQL side of an import: COPY in one transaction on a connection of its own.

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "data/import_session.h"

namespace ri::data::postgres {

/// Connects and takes the import lock; kConflict when another import holds it for longer than
/// `wait_milliseconds`.
[[nodiscard]] Result<std::unique_ptr<BatchWriter>> OpenBatchWriter(const std::string& url,
                                                                   std::int64_t wait_milliseconds);

}  // namespace ri::data::postgres
