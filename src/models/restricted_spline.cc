#include "models/restricted_spline.h"

#include <cmath>

#include "base/assertion.h"
#include "metrics/quantile.h"

namespace ri::models {
namespace {

double PositiveCube(double x) { return x > 0 ? x * x * x : 0; }
double PositiveSquare(double x) { return x > 0 ? x * x : 0; }

// The three truncated powers of a term share weights that cancel the cubic and quadratic parts
// beyond the last knot.
template <typename Power>
double Combine(std::span<const double> t, std::size_t term, double x, Power power) {
  const std::size_t last = t.size() - 1;
  const double end_gap = t[last] - t[last - 1];
  const double outer = t[last] - t[0];
  return (power(x - t[term]) - power(x - t[last - 1]) * (t[last] - t[term]) / end_gap +
          power(x - t[last]) * (t[last - 1] - t[term]) / end_gap) /
         (outer * outer);
}

}  // namespace

double SplineTerm(std::span<const double> knots, std::size_t term, double x) {
  RI_ASSERT(term + 2 < knots.size());
  return Combine(knots, term, x, PositiveCube);
}

double SplineSlope(std::span<const double> knots, std::size_t term, double x) {
  RI_ASSERT(term + 2 < knots.size());
  return 3 * Combine(knots, term, x, PositiveSquare);
}

bool AreKnots(std::span<const double> knots) {
  for (std::size_t k = 0; k < knots.size(); ++k) {
    if (!std::isfinite(knots[k]) || (k > 0 && !(knots[k - 1] < knots[k]))) {
      return false;
    }
  }
  return knots.size() >= 3;
}

std::vector<double> QuantileKnots(std::span<const double> values, int count) {
  RI_ASSERT(count >= 3 && count <= 5);
  static const std::vector<double> kThree = {.10, .50, .90};
  static const std::vector<double> kFour = {.05, .35, .65, .95};
  static const std::vector<double> kFive = {.05, .275, .50, .725, .95};
  if (values.empty()) {
    return {};
  }
  std::vector<double> knots = metrics::Quantiles(values, count == 3   ? kThree
                                                         : count == 4 ? kFour
                                                                      : kFive);
  const double outer = knots.back() - knots.front();
  for (std::size_t k = 1; k < knots.size(); ++k) {
    // Knots that almost touch make basis functions too large to combine in double.
    if (!(knots[k] - knots[k - 1] > 1e-6 * outer)) {
      return {};
    }
  }
  return knots;
}

}  // namespace ri::models
