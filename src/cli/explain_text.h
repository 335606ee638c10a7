#pragma once

/// What the explain verb prints for people.

#include <string>

#include "deals/counterfactuals.h"
#include "deals/explain_change.h"
#include "deals/global_view.h"
#include "deals/similar_past_deals.h"
#include "deals/what_if.h"

namespace ri::cli {

[[nodiscard]] std::string ChangeText(const deals::ChangeExplanation& change, std::size_t top);
[[nodiscard]] std::string WhatIfText(const deals::WhatIfAnswer& answer, std::size_t top);
[[nodiscard]] std::string LeversText(const book::DealBook& book, std::size_t position);
[[nodiscard]] std::string CounterfactualText(const deals::CounterfactualReport& report);
[[nodiscard]] std::string SimilarDealsText(const deals::SimilarDealsReport& report);
[[nodiscard]] std::string GlobalText(const deals::GlobalView& view, std::size_t top);

}  // namespace ri::cli
