#pragma once

#include <vector>

#include "base/result.h"
#include "data/store.h"
#include "domain/date.h"
#include "monitoring/freshness.h"

namespace ri::service {

/// Every source from which something had arrived by `now`, by name.
[[nodiscard]] Result<std::vector<monitoring::SourceFreshness>> JudgeSources(data::Store& store,
                                                                            domain::Timestamp now);

}  // namespace ri::service
