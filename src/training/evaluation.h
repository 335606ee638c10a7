#pragma once

/// How good probabilities were, with n and intervals.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "metrics/reliability.h"
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
  /// What calibration_error stays below in 95 of 100 cases when the probabilities are exact.
  double calibration_error_limit = 0;
  double slope = 1, slope_error = 0;                ///< NaN when they do not exist
  double level = 0, level_error = 0;                ///< intercept at slope 1
  double spiegelhalter_z = 0, spiegelhalter_p = 1;  ///< clustered
  /// The recalibration curve of the isotonic decomposition, and where that of exact probabilities
  /// would lie (pointwise, 5 to 95 %).
  std::vector<metrics::ReliabilityStep> curve;
  metrics::ConsistencyBand band;
};

/// Another way to answer, on the same rows.
struct Comparison {
  std::string name;      ///< "base rate", "ridge", "plain XGBoost", "CRM probability"
  std::size_t rows = 0;  ///< that it has an answer for; the difference is on these
  Estimate log_loss;
  Estimate difference;  ///< its log loss minus the model's: above 0 = the model is better
  double auc = 0;
  double brier = 0;
  double calibration_error = 0;  ///< after removing noise
};

/// One part of the judged deals.
struct SegmentEvaluation {
  std::string segment;  ///< "stage = Proposal"
  std::size_t deals = 0;
  std::size_t rows = 0;
  double told = 0;      ///< mean probability, weighted
  double observed = 0;  ///< share won, weighted
  double log_loss = 0;
  double baseline_log_loss = 0;
  double p_value = 1;  ///< told = observed, clustered, adjusted for the number of segments
};

/// \pre sample not empty
[[nodiscard]] Evaluation Evaluate(const OutOfTimeSample& sample, int num_threads);

/// `probabilities` has one entry per row of the sample; NaN = no answer. \pre one is a number
[[nodiscard]] Comparison Compare(const OutOfTimeSample& sample, std::string name,
                                 std::span<const double> probabilities, int num_threads);

/// Rows of a sample that belong together.
struct SegmentRows {
  std::string name;
  std::vector<std::size_t> rows;
};
/// Segments of at least `min_deals` deals, in the given order.
[[nodiscard]] std::vector<SegmentEvaluation> EvaluateSegments(const OutOfTimeSample& sample,
                                                              std::span<const SegmentRows> segments,
                                                              std::size_t min_deals = 100);

}  // namespace ri::training
