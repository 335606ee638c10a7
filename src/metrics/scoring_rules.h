#pragma once

/// Proper scores of probability forecasts.
///
/// Shared by all functions here: `probabilities`, `outcomes` and `weights` have equal lengths;
/// probabilities lie in [0, 1]; an outcome is 0 or 1, or, on simulated data, the true chance of the
/// event (a soft label); an empty `weights` means one each. The result of no rows, or of zero total
/// weight, is NaN. Lower is better.

#include <span>
#include <vector>

namespace ri::metrics {

/// Probabilities are moved this far away from 0 and 1 before a logarithm, so that one wrong
/// certainty costs 34.5 and not infinity.
inline constexpr double kLogarithmFloor = 1e-15;

/// Mean of -y ln p - (1 - y) ln(1 - p), in nats.
[[nodiscard]] double LogLoss(std::span<const double> probabilities,
                             std::span<const double> outcomes,
                             std::span<const double> weights = {});
/// The terms of LogLoss, one per row: what a bootstrap of differences needs.
[[nodiscard]] std::vector<double> LogLossTerms(std::span<const double> probabilities,
                                               std::span<const double> outcomes);

/// Mean of (p - y)^2. With soft labels this is the squared error against the truth.
[[nodiscard]] double BrierScore(std::span<const double> probabilities,
                                std::span<const double> outcomes,
                                std::span<const double> weights = {});
/// The terms of BrierScore, one per row.
[[nodiscard]] std::vector<double> BrierTerms(std::span<const double> probabilities,
                                             std::span<const double> outcomes);

/// sum(w v) / sum(w), compensated; an empty `weights` means one each; NaN without weight.
[[nodiscard]] double WeightedMean(std::span<const double> values,
                                  std::span<const double> weights = {});

}  // namespace ri::metrics
