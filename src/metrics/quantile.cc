#include "metrics/quantile.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/assertion.h"
#include "base/sum.h"
#include "metrics/ranking.h"

namespace ri::metrics {

std::vector<double> Quantiles(std::span<const double> values, std::span<const double> levels) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> result;
  result.reserve(levels.size());
  for (const double level : levels) {
    RI_ASSERT(level >= 0 && level <= 1);
    if (sorted.empty()) {
      result.push_back(std::numeric_limits<double>::quiet_NaN());
      continue;
    }
    const double position = level * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    const double share = position - static_cast<double>(below);
    // Exact at both ends: infinite neighbours must not turn a present value into NaN.
    result.push_back(share == 0 ? sorted[below]
                                : sorted[below] + share * (sorted[above] - sorted[below]));
  }
  return result;
}

double Quantile(std::span<const double> values, double level) {
  return Quantiles(values, {&level, 1})[0];
}

double WeightedQuantile(std::span<const double> values, std::span<const double> weights,
                        double level) {
  RI_ASSERT(values.size() == weights.size() && level >= 0 && level <= 1);
  const double target = level * base::Sum(weights);
  base::CompensatedSum reached;
  double last = std::numeric_limits<double>::quiet_NaN();
  for (const std::size_t i : AscendingOrder(values)) {
    if (!(weights[i] > 0)) {
      continue;
    }
    last = values[i];
    reached.Add(weights[i]);
    if (reached.value() >= target) {
      break;
    }
  }
  return last;
}

}  // namespace ri::metrics
