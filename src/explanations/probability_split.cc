#include "explanations/probability_split.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ri::explanations {

double SecantSlope(const Calibrate& calibrate, double from, double to) {
  constexpr double kMeet = 1e-9;
  // Wide enough that rounding in `calibrate` stays below 1e-12 of the slope, narrow enough that the
  // curvature error of a calibration curve stays below 1e-6.
  constexpr double kStep = 1e-3;
  if (std::fabs(to - from) < kMeet) {
    return (calibrate(from + kStep) - calibrate(from - kStep)) / (2 * kStep);
  }
  return (calibrate(to) - calibrate(from)) / (to - from);
}

void CloseSum(double start, double target, std::span<double> terms) {
  const auto largest = std::ranges::max_element(
      terms, [](double a, double b) { return std::fabs(a) < std::fabs(b); });
  if (largest == terms.end() || *largest == 0) {
    return;
  }
  *largest += target - std::accumulate(terms.begin(), terms.end(), start);
}

ProbabilitySplit SplitProbability(double base_margin, double margin,
                                  std::span<const double> contributions,
                                  const Calibrate& calibrate) {
  ProbabilitySplit split{.base = calibrate(base_margin),
                         .contributions = {contributions.begin(), contributions.end()},
                         .probability = calibrate(margin)};
  const double slope = SecantSlope(calibrate, base_margin, margin);
  for (double& contribution : split.contributions) {
    contribution *= slope;
  }
  CloseSum(split.base, split.probability, split.contributions);
  return split;
}

}  // namespace ri::explanations
