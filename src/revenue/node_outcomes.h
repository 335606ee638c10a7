#pragma once

#include <span>
#include <vector>

#include "revenue/booked_revenue.h"
#include "revenue/quarter_book.h"
#include "revenue/revenue_credit.h"

namespace ri::revenue {

/// What the nodes of a forecast came to: the first, the total, is all of `booked`; the others get
/// the deals of their reps, and of a deal whose revenue is split their part of it, as the forecast
/// has it. What nobody among the nodes owns is in the total alone.
///
/// \param nodes the total first, the others disjoint.
/// \param credits splits as known when the outcomes are told.
/// \return major units of the reporting currency, per node. Cost: one pass over reps and deals,
/// since teams and deals both run into the thousands.
[[nodiscard]] std::vector<double> NodeOutcomes(std::span<const QuarterNode> nodes,
                                               std::span<const BookedDeal> booked,
                                               const RevenueCredits& credits);

}  // namespace ri::revenue
