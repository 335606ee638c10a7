#pragma once

/// The level of scores, which is how high they are on the whole, and when it is moved; see ADR
/// 0030.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "models/calibrator.h"
#include "models/deal_outcome_model.h"
#include "training/out_of_time.h"

namespace ri::training {

/// The shift within [-limit, limit] at which `rising`, which never falls, passes 0; the nearer end
/// where it does not. Calls it 50 times.
[[nodiscard]] double ShiftToZero(const std::function<double(double)>& rising, double limit);

/// Rows of known outcome, as told by the head that serves.
struct ToldRows {
  std::span<const double> margins;
  std::span<const double> labels;   ///< 0 or 1
  std::span<const double> weights;  ///< >= 0
  std::span<const std::uint32_t> clusters;
};

struct LevelJump {
  double shift = 0;            ///< log-odds to add to all scores; 0 = none, at most 2
  double standard_errors = 0;  ///< how far the rows lie above (+) what was told
  std::string reason;          ///< one sentence; empty = no jump
};

/// Asks whether more rows (or fewer) were won than `map` of their margins says, by more than 2
/// standard errors of a sum over clusters. Scores that tell the truth are moved in less than one
/// training in 20: a share of .046 by the normal distribution for rows the head has not seen, and
/// fewer for rows it was fitted on, because the fit took up a part of their luck. With fewer than
/// 30 clusters the standard error is not known well enough, and nothing is moved.
[[nodiscard]] LevelJump FindLevelJump(const models::Calibrator& map, const ToldRows& rows);

/// The same on the rows of the newest origin, told by the head that serves.
/// `encoded` has the columns of the head, a row per row of the matrix.
[[nodiscard]] LevelJump FindLevelJump(const models::Calibrator& map, const models::Head& head,
                                      const base::Matrix<float>& encoded,
                                      const OutOfTimeRows& rows);

/// Margins of any kind of head.
[[nodiscard]] std::vector<double> MarginsOf(const models::Head& head,
                                            const base::Matrix<float>& rows);

}  // namespace ri::training
