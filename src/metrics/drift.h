#pragma once

/// Distances between two samples of one feature, with their chance of appearing by luck.
/// Samples must not contain NaN; count the missing in a bin of their own.

#include <span>

namespace ri::metrics {

struct StabilityIndex {
  double value = 0;    ///< sum (a - e) ln(a / e) over bins of shares: the effect size
  double p_value = 1;  ///< chance of at least this value if nothing changed
};

/// Population stability index of bin counts. If a bin is empty on one side, half a count is added
/// to every bin of both sides. Bins empty on both sides are left out. The p-value uses value ~ (1/n
/// + 1/m) chi2(bins - 1). Source: Yurdakul and Naranjo 2020.
/// \pre equal lengths, counts >= 0
[[nodiscard]] StabilityIndex PopulationStabilityIndex(std::span<const double> expected_counts,
                                                      std::span<const double> actual_counts);

/// Jensen-Shannon divergence of two histograms in bits, 0 (equal) to 1 (disjoint); NaN when one
/// side is empty. \pre equal lengths, counts >= 0
[[nodiscard]] double JensenShannonDivergence(std::span<const double> first_counts,
                                             std::span<const double> second_counts);

struct DistanceTest {
  double distance = 0;
  double p_value = 1;
};

/// Two-sample Kolmogorov-Smirnov distance; p-value of the asymptotic distribution at
/// (sqrt(n) + 0.12 + 0.11 / sqrt(n)) D, n = harmonic size (Stephens 1970), which is conservative
/// with ties. Distance NaN when a side is empty.
[[nodiscard]] DistanceTest KolmogorovSmirnov(std::span<const double> first,
                                             std::span<const double> second);

/// First Wasserstein distance, the area between the distribution functions, in the feature's unit.
[[nodiscard]] double WassersteinDistance(std::span<const double> first,
                                         std::span<const double> second);

/// 1 - K(x), the tail of the Kolmogorov distribution.
[[nodiscard]] double KolmogorovTail(double x);
/// Tail of the chi-squared distribution. \pre degrees > 0
[[nodiscard]] double ChiSquaredTail(double x, double degrees);

}  // namespace ri::metrics
