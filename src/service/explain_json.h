#pragma once

/// The JSON documents of what is said about one deal: the same for the command line and the HTTP
/// interface (openapi/openapi.yaml). Numbers are unrounded; null = not available.

#include <string>

#include "service/counterfactuals.h"
#include "service/explain_change.h"
#include "service/explain_deal.h"
#include "service/similar_past_deals.h"
#include "service/what_if.h"

namespace ri::service {

[[nodiscard]] std::string ReasonsJson(const Explanation& explanation);
[[nodiscard]] std::string ChangeJson(const DealBook& now, const ChangeExplanation& change);
[[nodiscard]] std::string LeversJson(const DealBook& book, std::size_t position);
[[nodiscard]] std::string WhatIfJson(const DealBook& book, const WhatIfAnswer& answer);
[[nodiscard]] std::string CounterfactualsJson(const DealBook& book, const std::string& deal_id,
                                              const CounterfactualReport& report);
[[nodiscard]] std::string SimilarDealsJson(const DealBook& book, const std::string& deal_id,
                                           const SimilarDealsReport& report);

}  // namespace ri::service
