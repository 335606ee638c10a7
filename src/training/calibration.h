#pragma once

/// Calibration of a head on what it predicted out of time; newer outcomes weigh more if it helps.

#include <span>
#include <vector>

#include "base/result.h"
#include "models/calibrator.h"
#include "training/out_of_time.h"

namespace ri::training {

struct CalibratedMargins {
  models::Calibrator calibrator;  ///< fitted on all origins: the one that serves
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
