#pragma once

/// The --json documents: one per verb, stable names, numbers unrounded, null for "not available".

#include <string>

#include "service/score_deals.h"

namespace ri::cli {

[[nodiscard]] std::string ToJson(const service::ScoreReport& report);

}  // namespace ri::cli
