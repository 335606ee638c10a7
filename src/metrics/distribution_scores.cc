#include "metrics/distribution_scores.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "base/assertion.h"
#include "base/random.h"
#include "base/sum.h"
#include "metrics/ranking.h"
#include "metrics/scoring_rules.h"

namespace ri::metrics {

double CrpsOfDiscrete(std::span<const double> values, std::span<const double> probabilities,
                      double observed) {
  RI_ASSERT(values.size() == probabilities.size());
  const double total = base::Sum(probabilities);
  if (!(total > 0)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  // The score is the integral of (F(x) - 1{observed <= x})^2 over the flat pieces of F.
  base::CompensatedSum score;
  const auto add = [&](double from, double to, double distribution) {
    if (observed > from && observed < to) {
      score.Add((observed - from) * distribution * distribution);
      score.Add((to - observed) * (distribution - 1) * (distribution - 1));
    } else {
      const double above = observed <= from ? 1 : 0;
      score.Add((to - from) * (distribution - above) * (distribution - above));
    }
  };
  const std::vector<std::size_t> order = AscendingOrder(values);
  if (observed < values[order.front()]) {
    score.Add(values[order.front()] - observed);
  }
  base::CompensatedSum mass;
  for (std::size_t k = 0; k + 1 < order.size(); ++k) {
    mass.Add(probabilities[order[k]]);
    add(values[order[k]], values[order[k + 1]], mass.value() / total);
  }
  if (observed > values[order.back()]) {
    score.Add(observed - values[order.back()]);
  }
  return score.value();
}

double CrpsOfSample(std::span<const double> sample, double observed) {
  return CrpsOfDiscrete(sample, std::vector<double>(sample.size(), 1.0), observed);
}

double CrpsOfNormal(double mean, double deviation, double observed) {
  RI_ASSERT(deviation > 0);
  const double z = (observed - mean) / deviation;
  const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
  return deviation * (z * (2 * base::NormalDistribution(z) - 1) + 2 * density -
                      1 / std::sqrt(std::numbers::pi));
}

double PinballLoss(double quantile, double observed, double level) {
  RI_ASSERT(level >= 0 && level <= 1);
  const double difference = observed - quantile;
  return difference >= 0 ? level * difference : (level - 1) * difference;
}

double IntervalCoverage(std::span<const double> low, std::span<const double> high,
                        std::span<const double> observed, std::span<const double> weights) {
  RI_ASSERT(low.size() == observed.size() && high.size() == observed.size());
  std::vector<double> inside(observed.size());
  for (std::size_t i = 0; i < observed.size(); ++i) {
    inside[i] = observed[i] >= low[i] && observed[i] <= high[i] ? 1 : 0;
  }
  return WeightedMean(inside, weights);
}

}  // namespace ri::metrics
