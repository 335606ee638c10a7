#pragma once

/// Judges published forecasts by what happened: pure functions over records.

#include <array>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "forecasting/distribution.h"

namespace ri::forecasting {

inline constexpr std::array<double, 3> kPinballLevels = {0.1, 0.5, 0.9};
inline constexpr std::array<double, 3> kCoverageLevels = {0.5, 0.8, 0.9};

/// One forecast against its outcome. Money in the unit of the forecast.
struct ForecastScore {
  double outcome = 0;
  double mean = 0;
  double crps = 0;
  std::array<double, 3> pinball{};  ///< at kPinballLevels
  std::array<double, 3> covered{};  ///< 1 when the central interval holds the outcome, else 0
  /// (P(R < y) + P(R <= y)) / 2: uniform for a calibrated continuous law, no random draw.
  double pit = 0;
};

[[nodiscard]] ForecastScore ScoreForecast(const Distribution& law, double outcome);

/// A scored forecast and where it belongs.
struct ScoredForecast {
  std::string source;  ///< "model", "stage-weighted", "pace": who forecast
  std::string node;
  int quarter = 0;  ///< running number of the period
  int week = 0;     ///< week of the period, from 1
  ForecastScore score;
};

/// Averages over forecasts of one source. Weeks of one quarter share its outcome, so standard
/// errors are those of quarter means.
struct BacktestLine {
  std::size_t num_forecasts = 0;
  std::size_t num_quarters = 0;
  double crps = 0;
  std::array<double, 3> pinball{};
  std::array<double, 3> coverage{};
  std::array<double, 3> coverage_error{};  ///< standard error by quarters; 0 with fewer than two
  double bias = 0;                         ///< sum of (mean - outcome) / sum of |outcome|
  double wape = 0;                         ///< sum of |mean - outcome| / sum of |outcome|
  double mase = 0;  ///< mean |mean - outcome| over that of the naive forecast; 0 when undefined
  double pit_mean = 0;
  double pit_z = 0;  ///< (mean of quarter means - 1/2) / standard error; 0 with fewer than two
};

/// Outcome of node and quarter one season (four quarters) earlier is the naive forecast of MASE.
/// Result by source and week; week 0 holds all weeks together. Sorted by (source, week).
[[nodiscard]] std::map<std::pair<std::string, int>, BacktestLine> SummariseBacktest(
    std::span<const ScoredForecast> forecasts);

/// 1 - crps / baseline crps over forecasts that both sources made (same node, quarter, week), in
/// the given week or in all when it is 0. 0 when there is none.
[[nodiscard]] double CrpsSkill(std::span<const ScoredForecast> forecasts, const std::string& source,
                               const std::string& baseline, int week);

/// One scale of the distribution about its median, learned from past PIT values of one node, one
/// per quarter. Maximum a posteriori of ln lambda with prior N(0, .25^2), the normal score of each
/// PIT being N(0, lambda^2).
struct WidthRepair {
  double lambda = 1;
  double log_deviation = 0.25;  ///< posterior standard deviation of ln lambda
  std::size_t num_quarters = 0;
  /// Fewer than nine quarters cannot support a two-sided 80 % interval without a model.
  [[nodiscard]] bool model_based() const { return num_quarters < 9; }
};

/// \pre every PIT is in [0, 1]
[[nodiscard]] WidthRepair FitWidth(std::span<const double> pits);

}  // namespace ri::forecasting
