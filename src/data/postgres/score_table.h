#pragma once

/// Score runs and their scores.

#include <span>
#include <vector>

#include "base/result.h"
#include "data/postgres/connection.h"
#include "data/store.h"

namespace ri::data::postgres {

[[nodiscard]] Result<std::int64_t> AddScoreRun(Connection& connection, const ScoreRun& run,
                                               std::span<const StoredScore> scores);
[[nodiscard]] Result<std::vector<ScoreRun>> ReadScoreRuns(Connection& connection);
[[nodiscard]] Result<std::vector<StoredScore>> ReadScores(Connection& connection,
                                                          std::int64_t run_id);

}  // namespace ri::data::postgres
