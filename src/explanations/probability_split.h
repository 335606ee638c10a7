#pragma once

/// Reasons on the scale people see: a margin's contributions as shares of the calibrated
/// probability, adding up from the base rate to the number on the screen.

#include <functional>
#include <span>
#include <vector>

namespace ri::explanations {

/// Non-decreasing map from margin (log-odds) to calibrated probability in [0, 1].
using Calibrate = std::function<double(double margin)>;

/// All three in probability (1 point = 0.01). base + sum of contributions, added in order in
/// double, is within 1e-12 of probability.
struct ProbabilitySplit {
  double base = 0;                    ///< calibrated base value
  std::vector<double> contributions;  ///< in the order of the contributions given
  double probability = 0;             ///< calibrated margin
};

/// Rescales `contributions`, which lead from `base_margin` to `margin` in log-odds, all by the same
/// factor, the slope of the secant of `calibrate` between the two margins: signs, ranking and zeros
/// stay (the rescale rule of Chen, Lundberg and Lee 2022). Where the margins meet, the slope is the
/// derivative. What rounding leaves is put on the largest contribution.
[[nodiscard]] ProbabilitySplit SplitProbability(double base_margin, double margin,
                                                std::span<const double> contributions,
                                                const Calibrate& calibrate);

/// Slope of `calibrate` between two margins, the derivative when they are closer than 1e-9.
[[nodiscard]] double SecantSlope(const Calibrate& calibrate, double from, double to);

/// Adds to the largest entry (by absolute value, the first of equals) what is missing for
/// `start` + sum in order to reach `target`; an all-zero list is left alone.
void CloseSum(double start, double target, std::span<double> terms);

}  // namespace ri::explanations
