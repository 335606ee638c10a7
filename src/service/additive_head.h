#pragma once

/// Heads that add one term per column: ridge, stage table, base rate.

#include <span>
#include <vector>

#include "models/deal_outcome_model.h"

namespace ri::service {

/// Exact contributions of the columns in log-odds, from the head's own base margin. \pre not trees
[[nodiscard]] std::vector<double> AdditiveContributions(const models::Head& head,
                                                        std::span<const float> row);
[[nodiscard]] double AdditiveBaseMargin(const models::Head& head);

}  // namespace ri::service
