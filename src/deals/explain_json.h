#pragma once

/// The JSON documents of what is said about one deal: the same for the command line and the HTTP
/// interface (openapi/openapi.yaml). Numbers are unrounded; null = not available.

#include <string>

#include "deals/counterfactuals.h"
#include "deals/explain_change.h"
#include "deals/explain_deal.h"
#include "deals/similar_past_deals.h"
#include "deals/what_if.h"

namespace ri::deals {

[[nodiscard]] std::string ReasonsJson(const Explanation& explanation);
[[nodiscard]] std::string ChangeJson(const book::DealBook& now, const ChangeExplanation& change);
[[nodiscard]] std::string LeversJson(const book::DealBook& book, std::size_t position);
[[nodiscard]] std::string WhatIfJson(const book::DealBook& book, const WhatIfAnswer& answer);
[[nodiscard]] std::string CounterfactualsJson(const book::DealBook& book,
                                              const std::string& deal_id,
                                              const CounterfactualReport& report);
[[nodiscard]] std::string SimilarDealsJson(const book::DealBook& book, const std::string& deal_id,
                                           const SimilarDealsReport& report);

}  // namespace ri::deals
