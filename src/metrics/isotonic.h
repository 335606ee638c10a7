#pragma once

/// Isotonic regression by pooling adjacent violators.

#include <span>
#include <vector>

namespace ri::metrics {

/// Non-decreasing least-squares fit to `values` in their given order. `weights` is empty (one
/// each) or positive. O(n). Source: Ayer et al. 1955.
[[nodiscard]] std::vector<double> PoolAdjacentViolators(std::span<const double> values,
                                                        std::span<const double> weights = {});

/// Non-decreasing fit of `outcomes` on `scores`, in row order: rows of equal score are pooled
/// first, so that the fit is a function of the score.
[[nodiscard]] std::vector<double> IsotonicFit(std::span<const double> scores,
                                              std::span<const double> outcomes,
                                              std::span<const double> weights = {});

}  // namespace ri::metrics
