#include "metrics/scoring_rules.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/assertion.h"
#include "base/sum.h"

namespace ri::metrics {

std::vector<double> LogLossTerms(std::span<const double> probabilities,
                                 std::span<const double> outcomes) {
  RI_ASSERT(probabilities.size() == outcomes.size());
  std::vector<double> terms(probabilities.size());
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const double p = std::clamp(probabilities[i], kLogarithmFloor, 1 - kLogarithmFloor);
    const double y = outcomes[i];
    double term = 0;
    if (y > 0) {
      term -= y * std::log(p);
    }
    if (y < 1) {
      term -= (1 - y) * std::log1p(-p);
    }
    terms[i] = term;
  }
  return terms;
}

std::vector<double> BrierTerms(std::span<const double> probabilities,
                               std::span<const double> outcomes) {
  RI_ASSERT(probabilities.size() == outcomes.size());
  std::vector<double> terms(probabilities.size());
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const double error = probabilities[i] - outcomes[i];
    terms[i] = error * error;
  }
  return terms;
}

double WeightedMean(std::span<const double> values, std::span<const double> weights) {
  RI_ASSERT(weights.empty() || weights.size() == values.size());
  base::CompensatedSum total;
  base::CompensatedSum total_weight;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double weight = weights.empty() ? 1 : weights[i];
    total.Add(weight * values[i]);
    total_weight.Add(weight);
  }
  return total_weight.value() > 0 ? total.value() / total_weight.value()
                                  : std::numeric_limits<double>::quiet_NaN();
}

double LogLoss(std::span<const double> probabilities, std::span<const double> outcomes,
               std::span<const double> weights) {
  return WeightedMean(LogLossTerms(probabilities, outcomes), weights);
}

double BrierScore(std::span<const double> probabilities, std::span<const double> outcomes,
                  std::span<const double> weights) {
  return WeightedMean(BrierTerms(probabilities, outcomes), weights);
}

}  // namespace ri::metrics
