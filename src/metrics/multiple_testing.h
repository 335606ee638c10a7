#pragma once

/// Many tests at once.

#include <span>
#include <vector>

namespace ri::metrics {

/// Benjamini-Hochberg adjusted p-values in the order given: rejecting those at most q keeps the
/// expected share of false rejections at q (1995). \pre 0 <= p <= 1
[[nodiscard]] std::vector<double> AdjustForFalseDiscovery(std::span<const double> p_values);

}  // namespace ri::metrics
