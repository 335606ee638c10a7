#pragma once

/// Calibration of a head on what it predicted out of time. A map is used only where maps learned at
/// earlier origins made the predictions of later ones better; see ADR 0030.

#include <span>
#include <vector>

#include "base/result.h"
#include "models/calibrator.h"
#include "training/out_of_time.h"

namespace ri::training {

struct CalibratedMargins {
  /// Fitted on all origins: the one that serves. Level 0 where scores are served as they are.
  models::Calibrator calibrator;
  std::string reason;
  /// Probability of every out-of-time row by a map fitted on earlier origins only (the identity at
  /// the first): how the calibrated model would have done.
  std::vector<double> probability;
  std::vector<double> timed_probability;  ///< the same for TimedRows
};

[[nodiscard]] Result<CalibratedMargins> CalibrateOutOfTime(const TrainingMatrix& matrix,
                                                           const OutOfTimeResult& judged,
                                                           const CandidateMargins& candidate);

}  // namespace ri::training
