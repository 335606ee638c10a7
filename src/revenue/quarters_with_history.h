#pragma once

#include <cstddef>
#include <vector>

#include "domain/fiscal_calendar.h"
#include "features/deal_history.h"

namespace ri::revenue {

/// The quarters, oldest first, that a replay can honestly stand in: at most `count` that end with
/// `newest`, without a gap, each with two whole quarters of deals before it. Empty when `newest`
/// has none, and for a book without deals.
///
/// \param episodes of every deal. Cost: one pass over them.
[[nodiscard]] std::vector<domain::Quarter> QuartersWithHistory(
    const std::vector<std::vector<features::Episode>>& episodes,
    const domain::FiscalCalendar& calendar, domain::Quarter newest, std::size_t count);

}  // namespace ri::revenue
