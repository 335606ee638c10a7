#pragma once

/// How well a score orders, whatever its scale.

#include <span>
#include <vector>

namespace ri::metrics {

/// Area under the ROC curve: the chance that a row with the event scores above one without, ties
/// counting one half. `outcomes` in [0, 1] (a soft label counts as that share of an event),
/// `weights` empty or non-negative. NaN when only one class has weight. O(n log n).
[[nodiscard]] double Auc(std::span<const double> scores, std::span<const double> outcomes,
                         std::span<const double> weights = {});

/// Ranks from 1; ties share the mean of their ranks.
[[nodiscard]] std::vector<double> Ranks(std::span<const double> values);

/// Spearman's rank correlation with mid-ranks, in [-1, 1]; NaN when one side is constant.
[[nodiscard]] double SpearmanCorrelation(std::span<const double> first,
                                         std::span<const double> second);

/// Positions of `values` in ascending order, ties by position.
[[nodiscard]] std::vector<std::size_t> AscendingOrder(std::span<const double> values);

}  // namespace ri::metrics
