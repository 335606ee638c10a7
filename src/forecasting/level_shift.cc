#include "forecasting/level_shift.h"

#include <cmath>
#include <numbers>
#include <vector>

#include "base/assertion.h"
#include "base/random.h"

namespace ri::forecasting {
namespace {

constexpr double kLargestShift = 3;
constexpr int kBisections = 40;

struct Counted {
  std::vector<double> odds;  ///< of deals with 0 < probability < 1
  double won = 0;
  double discount = 1;  ///< variance of the count over that of independent deals
};

Counted Count(const Cohort& cohort, double rho) {
  Counted counted;
  double variance = 0;
  double sensitivity = 0;
  for (const CohortDeal& deal : cohort) {
    const double q = deal.win_probability;
    if (q > 0 && q < 1) {
      counted.odds.push_back(q / (1 - q));
      counted.won += deal.won ? 1 : 0;
      variance += q * (1 - q);
      const double threshold = base::NormalQuantile(q);
      sensitivity += std::exp(-0.5 * threshold * threshold) / std::sqrt(2 * std::numbers::pi);
    }
  }
  if (variance > 0) {
    counted.discount = 1 + rho * sensitivity * sensitivity / variance;
  }
  return counted;
}

}  // namespace

double ShiftProbability(double probability, double shift) {
  if (probability <= 0 || probability >= 1 || shift == 0) {
    return probability;
  }
  const double odds = probability / (1 - probability) * std::exp(shift);
  return odds / (1 + odds);
}

double FitLevelShift(std::span<const Cohort> cohorts, double rho, double prior_deviation) {
  RI_ASSERT(rho >= 0 && rho < 1 && prior_deviation > 0);
  std::vector<Counted> counted;
  for (const Cohort& cohort : cohorts) {
    counted.push_back(Count(cohort, rho));
  }
  // Falls as the shift grows.
  const auto score = [&](double shift) {
    const double factor = std::exp(shift);
    double sum = -shift / (prior_deviation * prior_deviation);
    for (const Counted& cohort : counted) {
      double expected = 0;
      for (const double odds : cohort.odds) {
        expected += odds * factor / (1 + odds * factor);
      }
      sum += (cohort.won - expected) / cohort.discount;
    }
    return sum;
  };
  double low = -kLargestShift;
  double high = kLargestShift;
  for (int k = 0; k < kBisections; ++k) {
    const double middle = (low + high) / 2;
    (score(middle) > 0 ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace ri::forecasting
