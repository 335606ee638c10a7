#pragma once

/// How good the forecasts should turn out if they are calibrated: known before a single outcome.
///
/// Valid while only the mix of deals changes and the probabilities stay calibrated; that is said
/// wherever the estimate is shown, and checked when outcomes arrive (maturity.h). Source: the
/// confidence-based estimate of NannyML's documentation, written out for log loss, Brier score and
/// AUC.

#include <span>

namespace ri::monitoring {

/// Expectation and standard deviation over outcomes drawn independently with the forecasts' own
/// chances. NaN for no rows; `auc` NaN when no pair can differ.
struct ExpectedPerformance {
  double log_loss = 0, log_loss_deviation = 0;
  double brier = 0, brier_deviation = 0;
  double auc = 0;
};

/// `probabilities` in [0, 1]. The expected AUC is the ratio of expected concordant pairs to
/// expected pairs. O(n log n).
[[nodiscard]] ExpectedPerformance ExpectPerformance(std::span<const double> probabilities);

}  // namespace ri::monitoring
