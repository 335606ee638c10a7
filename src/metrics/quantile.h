#pragma once

/// Quantiles of finite samples. Values must not be NaN; they need not be sorted.

#include <span>
#include <vector>

namespace ri::metrics {

/// Linear interpolation between order statistics at position (n - 1) * level (type 7 of Hyndman and
/// Fan 1996). NaN for no values. \pre 0 <= level <= 1
[[nodiscard]] double Quantile(std::span<const double> values, double level);
/// The same for several levels with one sort.
[[nodiscard]] std::vector<double> Quantiles(std::span<const double> values,
                                            std::span<const double> levels);

/// The smallest value whose cumulative weight reaches level * total weight. NaN when nothing has
/// weight. \pre equal lengths, weights >= 0, 0 <= level <= 1
[[nodiscard]] double WeightedQuantile(std::span<const double> values,
                                      std::span<const double> weights, double level);

}  // namespace ri::metrics
