#include "monitoring/expected_performance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/sum.h"
#include "metrics/scoring_rules.h"

namespace ri::monitoring {
namespace {

/// E[#{i, j : y_i = 1, y_j = 0, p_i > p_j}] + ties / 2, over E[#{i, j : y_i = 1, y_j = 0}].
double ExpectedAuc(std::vector<double> p) {
  std::ranges::sort(p);
  base::CompensatedSum concordant;
  base::CompensatedSum pairs;
  double losses_below = 0;  // sum of 1 - p over rows ranked strictly lower
  double all_wins = 0;
  double all_losses = 0;
  for (const double value : p) {
    all_wins += value;
    all_losses += 1 - value;
  }
  for (std::size_t begin = 0; begin < p.size();) {
    std::size_t end = begin;
    while (end < p.size() && p[end] == p[begin]) {
      ++end;
    }
    const auto ties = static_cast<double>(end - begin);
    const double wins = ties * p[begin];
    const double losses = ties * (1 - p[begin]);
    const double with_itself = ties * p[begin] * (1 - p[begin]);
    concordant.Add(wins * losses_below + (wins * losses - with_itself) / 2);
    pairs.Add(wins * all_losses - with_itself);
    losses_below += losses;
    begin = end;
  }
  return pairs.value() > 0 ? concordant.value() / pairs.value()
                           : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

ExpectedPerformance ExpectPerformance(std::span<const double> probabilities) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  if (probabilities.empty()) {
    return {kNone, kNone, kNone, kNone, kNone};
  }
  base::CompensatedSum log_loss;
  base::CompensatedSum log_loss_variance;
  base::CompensatedSum brier;
  base::CompensatedSum brier_variance;
  for (const double raw : probabilities) {
    const double p = std::clamp(raw, metrics::kLogarithmFloor, 1 - metrics::kLogarithmFloor);
    const double variance = p * (1 - p);
    const double log_odds = std::log(p) - std::log1p(-p);
    log_loss.Add(-p * std::log(p) - (1 - p) * std::log1p(-p));
    log_loss_variance.Add(variance * log_odds * log_odds);
    brier.Add(variance);
    brier_variance.Add(variance * (1 - 2 * p) * (1 - 2 * p));
  }
  const auto n = static_cast<double>(probabilities.size());
  return {.log_loss = log_loss.value() / n,
          .log_loss_deviation = std::sqrt(log_loss_variance.value()) / n,
          .brier = brier.value() / n,
          .brier_deviation = std::sqrt(brier_variance.value()) / n,
          .auc = ExpectedAuc({probabilities.begin(), probabilities.end()})};
}

}  // namespace ri::monitoring
