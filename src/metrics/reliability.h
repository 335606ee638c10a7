#pragma once

/// Is a forecast of 30 % right in 30 of 100 cases? The decomposition of the Brier score by isotonic
/// regression, its consistency band, and binned calibration errors with their noise floor.

#include <cstdint>
#include <span>
#include <vector>

namespace ri::metrics {

/// One flat piece of the recalibration curve.
struct ReliabilityStep {
  double lowest_forecast = 0;
  double highest_forecast = 0;
  double observed = 0;  ///< weighted share of events on the piece
  double weight = 0;
};

/// brier = miscalibration - discrimination + uncertainty, all in Brier units, the first two >= 0.
/// Source: Dimitriadis, Gneiting, Jordan (PNAS 2021), CORP.
struct BrierDecomposition {
  double brier = 0;
  double miscalibration = 0;
  double discrimination = 0;
  double uncertainty = 0;
  std::vector<ReliabilityStep> curve;  ///< by forecast
};

/// `weights` empty or non-negative with a positive sum. \pre not empty
[[nodiscard]] BrierDecomposition DecomposeBrier(std::span<const double> probabilities,
                                                std::span<const double> outcomes,
                                                std::span<const double> weights = {});

/// Where the recalibration curve of a perfectly calibrated forecast would lie.
struct ConsistencyBand {
  std::vector<double> forecast;  ///< ascending: quantiles of the forecasts, distinct
  std::vector<double> low;
  std::vector<double> high;
};

struct ResamplingOptions {
  int draws = 1000;
  std::uint64_t seed = 1;
  int num_threads = 1;
};

/// Pointwise 5-95 % band at up to `num_points` forecasts. Outcomes are redrawn from the forecasts;
/// rows of one cluster share one uniform draw, because the snapshots of one deal end alike.
/// `clusters` is empty (rows are independent) or has one id per row. O(draws * n).
[[nodiscard]] ConsistencyBand CalibrationConsistencyBand(std::span<const double> probabilities,
                                                         std::span<const std::uint32_t> clusters,
                                                         int num_points = 50,
                                                         const ResamplingOptions& options = {});

/// sum over bins of share * |mean forecast - mean outcome|, bins of equal mass. Biased upwards:
/// read it beside CalibrationErrorFloor. Rows of one forecast stay in one bin. `weights` empty or
/// one each, here and below: what the forecasts were fitted with is what they are judged with.
[[nodiscard]] double ExpectedCalibrationError(std::span<const double> probabilities,
                                              std::span<const double> outcomes, int num_bins = 10,
                                              std::span<const double> weights = {});

/// Mean of ExpectedCalibrationError if the forecasts were exactly right: the value below which
/// nothing can be claimed. Redraws as in CalibrationConsistencyBand.
[[nodiscard]] double CalibrationErrorFloor(std::span<const double> probabilities,
                                           std::span<const std::uint32_t> clusters,
                                           int num_bins = 10, const ResamplingOptions& options = {},
                                           std::span<const double> weights = {});

/// What the two calibration errors show when the forecasts are exactly right.
struct CalibrationNoise {
  double floor = 0;  ///< mean of ExpectedCalibrationError
  /// 95 % quantile of the root of DebiasedSquaredCalibrationError (0 where that is negative): a
  /// larger one is evidence of miscalibration, with five false alarms in a hundred.
  double debiased_limit = 0;
};

/// Rows of one id in `redrawn_together` (empty = each row alone) share one uniform draw, because
/// the snapshots of one deal end alike; `clusters` is what DebiasedSquaredCalibrationError will be
/// given. O(draws * n).
[[nodiscard]] CalibrationNoise NoiseOfCalibrationError(
    std::span<const double> probabilities, std::span<const std::uint32_t> redrawn_together,
    std::span<const std::uint32_t> clusters = {}, std::span<const double> weights = {},
    int num_bins = 10, const ResamplingOptions& options = {});

/// Squared calibration error without the noise term: sum over equal-mass bins of
/// share * [(p - y)^2 - var], var = y (1 - y) / (n - 1), or the clustered variance of the bin's
/// mean residual when `clusters` is given. Its expectation is 0 for a calibrated forecast, so it
/// may be negative. Source: Broecker 2012, Ferro and Fricker 2012, Kumar et al. 2019.
[[nodiscard]] double DebiasedSquaredCalibrationError(std::span<const double> probabilities,
                                                     std::span<const double> outcomes,
                                                     std::span<const std::uint32_t> clusters = {},
                                                     int num_bins = 10,
                                                     std::span<const double> weights = {});

}  // namespace ri::metrics
