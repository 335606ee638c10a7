#pragma once

/// What the explain verb prints for people.

#include <string>

#include "service/counterfactuals.h"
#include "service/explain_change.h"
#include "service/global_view.h"
#include "service/similar_past_deals.h"
#include "service/what_if.h"

namespace ri::cli {

[[nodiscard]] std::string ChangeText(const service::ChangeExplanation& change, std::size_t top);
[[nodiscard]] std::string WhatIfText(const service::WhatIfAnswer& answer, std::size_t top);
[[nodiscard]] std::string LeversText(const service::DealBook& book, std::size_t position);
[[nodiscard]] std::string CounterfactualText(const service::CounterfactualReport& report);
[[nodiscard]] std::string SimilarDealsText(const service::SimilarDealsReport& report);
[[nodiscard]] std::string GlobalText(const service::GlobalView& view, std::size_t top);

}  // namespace ri::cli
