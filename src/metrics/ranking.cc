#include "metrics/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/assertion.h"
#include "base/sum.h"

namespace ri::metrics {

std::vector<std::size_t> AscendingOrder(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  return order;
}

double Auc(std::span<const double> scores, std::span<const double> outcomes,
           std::span<const double> weights) {
  RI_ASSERT(scores.size() == outcomes.size());
  RI_ASSERT(weights.empty() || weights.size() == scores.size());
  const std::vector<std::size_t> order = AscendingOrder(scores);
  double negatives_below = 0;
  double positives = 0;
  base::CompensatedSum pairs;
  for (std::size_t begin = 0; begin < order.size();) {
    double tied_positives = 0;
    double tied_negatives = 0;
    std::size_t end = begin;
    for (; end < order.size() && scores[order[end]] == scores[order[begin]]; ++end) {
      const double weight = weights.empty() ? 1 : weights[order[end]];
      tied_positives += weight * outcomes[order[end]];
      tied_negatives += weight * (1 - outcomes[order[end]]);
    }
    pairs.Add(tied_positives * (negatives_below + tied_negatives / 2));
    positives += tied_positives;
    negatives_below += tied_negatives;
    begin = std::max(end, begin + 1);
  }
  if (!(positives > 0) || !(negatives_below > 0)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return pairs.value() / positives / negatives_below;
}

std::vector<double> Ranks(std::span<const double> values) {
  const std::vector<std::size_t> order = AscendingOrder(values);
  std::vector<double> ranks(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]]) {
      ++end;
    }
    const double shared = 0.5 * static_cast<double>(begin + 1 + end);
    for (std::size_t i = begin; i < end; ++i) {
      ranks[order[i]] = shared;
    }
    begin = end;
  }
  return ranks;
}

double SpearmanCorrelation(std::span<const double> first, std::span<const double> second) {
  RI_ASSERT(first.size() == second.size());
  const std::vector<double> x = Ranks(first);
  const std::vector<double> y = Ranks(second);
  const double mean = 0.5 * static_cast<double>(x.size() + 1);
  base::CompensatedSum xx;
  base::CompensatedSum yy;
  base::CompensatedSum xy;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx.Add((x[i] - mean) * (x[i] - mean));
    yy.Add((y[i] - mean) * (y[i] - mean));
    xy.Add((x[i] - mean) * (y[i] - mean));
  }
  if (!(xx.value() > 0) || !(yy.value() > 0)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return std::clamp(xy.value() / std::sqrt(xx.value() * yy.value()), -1.0, 1.0);
}

}  // namespace ri::metrics
