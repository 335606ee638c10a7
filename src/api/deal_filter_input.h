#pragma once

#include "api/input.h"
#include "deals/deal_list.h"

namespace ri::api {

/// The filter parameters that lists, summaries and exports share. Amounts are converted from minor
/// units of `currency`.
[[nodiscard]] deals::DealFilter ReadDealFilter(QueryInput& query);
/// Amount bounds, which need the reporting currency of the opened list.
void SetAmountBounds(deals::DealFilter& filter, const std::optional<std::int64_t>& least,
                     const std::optional<std::int64_t>& most, const domain::Currency& currency);

struct DealSort {
  deals::DealOrder order = deals::DealOrder::kAtStake;
  bool descending = true;
};
[[nodiscard]] DealSort ReadDealSort(QueryInput& query);

}  // namespace ri::api
