#pragma once

#include <optional>
#include <vector>

#include "book/reporting_amount.h"
#include "book/workspace.h"
#include "domain/fiscal_calendar.h"

namespace ri::revenue {

/// A deal won in a period, as known at a moment.
struct BookedDeal {
  std::uint32_t deal = 0;
  std::optional<std::size_t> owner;  ///< rep at closing
  double amount = 0;                 ///< major units of the reporting currency; 0 when not known
  features::DealState state;         ///< as of the moment asked for
};

/// Deals won in `period` whose outcome was visible at `as_of`, by deal index.
[[nodiscard]] std::vector<BookedDeal> BookedDeals(const book::Knowledge& knowledge,
                                                  const domain::Period& period,
                                                  domain::Timestamp as_of,
                                                  const book::ReportingAmounts& amounts,
                                                  int num_threads);

/// Amount of a won episode in the reporting currency at the rate of its closing; NaN when not
/// known.
[[nodiscard]] double WonAmount(const data::EventLog& log, const features::Episode& episode,
                               const features::DealState& state,
                               const book::ReportingAmounts& amounts);

}  // namespace ri::revenue
