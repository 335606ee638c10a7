#pragma once

/// How good probabilities were, with n and intervals.

#include <cstddef>
#include <span>
#include <string>

#include "training/gates.h"

namespace ri::training {

/// A figure with its 95 % interval from a bootstrap of clusters.
struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;
};

struct Evaluation {
  std::size_t rows = 0;
  std::size_t clusters = 0;
  double base_rate = 0;  ///< weighted share of wins
  Estimate log_loss;
  Estimate baseline_log_loss;
  Estimate brier;
  Estimate auc;
  double baseline_brier = 0;
  std::string baseline_name;
  /// Brier = miscalibration - discrimination + uncertainty (isotonic decomposition).
  double miscalibration = 0, discrimination = 0, uncertainty = 0;
  double calibration_error = 0;        ///< square root of the debiased squared error, at least 0
  double raw_calibration_error = 0;    ///< ten equal-mass bins, biased upwards
  double calibration_error_floor = 0;  ///< what exact probabilities would show
  double slope = 1, slope_error = 0;   ///< NaN when they do not exist
  double level = 0, level_error = 0;   ///< intercept at slope 1
};

/// \pre sample not empty
[[nodiscard]] Evaluation Evaluate(const OutOfTimeSample& sample, int num_threads);

}  // namespace ri::training
