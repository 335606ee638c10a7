#pragma once

/// Replayed deal-weeks as a CSV file: a replay takes minutes, judging it under other settings none.

#include <string>

#include "base/result.h"
#include "service/deal_weeks.h"

namespace ri::living {

/// What alerts and risks are judged by; models, labels of the log and the rest are not kept.
[[nodiscard]] Status WriteDealWeeks(const service::DealWeeks& history, const std::string& path);
[[nodiscard]] Result<service::DealWeeks> ReadDealWeeks(const std::string& path);

}  // namespace ri::living
