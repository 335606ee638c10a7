#pragma once

/// What a head adds by one term per column: all of a ridge, a stage table, a base rate; the ridge
/// beside trees; nothing of trees.

#include <span>
#include <vector>

#include "models/deal_outcome_model.h"

namespace ri::book {

/// Exact contributions of the columns in log-odds, from the head's own base margin, without those
/// of its trees.
[[nodiscard]] std::vector<double> AdditiveContributions(const models::Head& head,
                                                        std::span<const float> row);
[[nodiscard]] double AdditiveBaseMargin(const models::Head& head);

}  // namespace ri::book
