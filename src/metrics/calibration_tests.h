#pragma once

/// Tests of calibration that respect repeated snapshots of one deal.

#include <cstdint>
#include <optional>
#include <span>

namespace ri::metrics {

/// Cox's recalibration line logit P(y = 1) = intercept + slope * logit p. A calibrated forecast has
/// 0 and 1; a slope below 1 means forecasts too extreme. Standard errors are clustered (sandwich
/// with G / (G - 1)). Source: Cox 1958; Van Calster et al. 2016.
struct CalibrationLine {
  double intercept = 0;
  double slope = 1;
  double intercept_error = 0;
  double slope_error = 0;
  /// The intercept with the slope held at 1: forecasts too low (> 0) or too high (< 0) on the
  /// whole.
  double intercept_in_the_large = 0;
  double intercept_in_the_large_error = 0;
};

/// `clusters` is empty (independent rows) or one id per row; `weights` is empty or non-negative.
/// Probabilities are kept within [1e-6, 1 - 1e-6]. Empty when the line does not exist: one class
/// only, constant forecasts, perfectly separated outcomes, or fewer than two clusters.
[[nodiscard]] std::optional<CalibrationLine> FitCalibrationLine(
    std::span<const double> probabilities, std::span<const double> outcomes,
    std::span<const std::uint32_t> clusters = {}, std::span<const double> weights = {});

struct TestStatistic {
  double statistic = 0;
  double p_value = 1;
};

/// Spiegelhalter's Z = sum (y-p)(1-2p) / sqrt(sum (1-2p)^2 p(1-p)), two-sided; standard normal for
/// calibrated forecasts of independent rows. With `clusters` the variance is that of cluster totals
/// (the plain form rejects falsely on repeated snapshots). Statistic 0 and p-value 1 when every
/// forecast is 0, 1/2 or 1 and the variance vanishes. Source: Spiegelhalter 1986.
[[nodiscard]] TestStatistic SpiegelhalterZ(std::span<const double> probabilities,
                                           std::span<const double> outcomes,
                                           std::span<const std::uint32_t> clusters = {});

}  // namespace ri::metrics
