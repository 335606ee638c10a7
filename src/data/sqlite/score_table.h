#pragma once

/// Score runs and their scores.

#include <span>
#include <vector>

#include "base/result.h"
#include "data/sqlite/connection.h"
#include "data/store.h"

namespace ri::data::sqlite {

[[nodiscard]] Result<std::int64_t> AddScoreRun(Connection& connection, const ScoreRun& run,
                                               std::span<const StoredScore> scores);
[[nodiscard]] Result<std::vector<ScoreRun>> ReadScoreRuns(Connection& connection);
[[nodiscard]] Result<std::vector<StoredScore>> ReadScores(Connection& connection,
                                                          std::int64_t run_id);

}  // namespace ri::data::sqlite
