#pragma once

/// What every engine demands of models, alias changes and scores before it stores them.

#include <span>
#include <string_view>

#include "base/result.h"
#include "data/store.h"

namespace ri::data {

/// A model has a version, and a version that is text.
[[nodiscard]] Status CheckModel(const StoredModel& model);
/// Ok when both have the same content; kConflict otherwise. The creation time does not count.
[[nodiscard]] Status CheckSameModel(const StoredModel& stored, const StoredModel& added);
[[nodiscard]] std::unexpected<Error> NoSuchModel(std::string_view version);
[[nodiscard]] Status CheckAliasChange(const AliasChange& change);
/// Texts are storable and no deal occurs twice.
[[nodiscard]] Status CheckScores(const ScoreRun& run, std::span<const StoredScore> scores);
[[nodiscard]] std::unexpected<Error> NoSuchRun(std::int64_t run_id);

}  // namespace ri::data
