#pragma once

/// Scores of distribution and interval forecasts; units are those of the forecast quantity.

#include <span>

namespace ri::metrics {

/// Continuous ranked probability score of an equally weighted sample:
/// E|X - y| - E|X - X'| / 2. NaN for an empty sample. O(n log n). Source: Gneiting, Raftery 2007.
[[nodiscard]] double CrpsOfSample(std::span<const double> sample, double observed);

/// The same for a distribution with `values` of the given `probabilities` (any order, non-negative,
/// normalised here). \pre equal lengths
[[nodiscard]] double CrpsOfDiscrete(std::span<const double> values,
                                    std::span<const double> probabilities, double observed);

/// The same for a normal distribution. \pre deviation > 0
[[nodiscard]] double CrpsOfNormal(double mean, double deviation, double observed);

/// Quantile score max(level (y - q), (level - 1)(y - q)). \pre 0 <= level <= 1
[[nodiscard]] double PinballLoss(double quantile, double observed, double level);

/// Share of rows with low <= observed <= high; `weights` as elsewhere; NaN for no rows.
[[nodiscard]] double IntervalCoverage(std::span<const double> low, std::span<const double> high,
                                      std::span<const double> observed,
                                      std::span<const double> weights = {});

}  // namespace ri::metrics
