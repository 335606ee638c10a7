#include "metrics/reliability.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/assertion.h"
#include "base/parallel.h"
#include "base/random.h"
#include "metrics/isotonic.h"
#include "metrics/quantile.h"
#include "metrics/ranking.h"
#include "metrics/scoring_rules.h"

namespace ri::metrics {
namespace {

struct Range {
  std::size_t begin;
  std::size_t end;
};

// Bins of equal weight over sorted forecasts; a border moves up to the next distinct forecast.
std::vector<Range> EqualMassBins(std::span<const double> sorted, std::span<const double> weights,
                                 int num_bins) {
  std::vector<Range> bins;
  const std::size_t n = sorted.size();
  std::vector<double> before(n + 1, 0);
  for (std::size_t k = 0; k < n; ++k) {
    before[k + 1] = before[k] + (weights.empty() ? 1 : weights[k]);
  }
  std::size_t begin = 0;
  for (int b = 1; b <= num_bins && begin < n; ++b) {
    const double mass = before[n] * b / num_bins;
    // The last position whose cumulative weight does not exceed the share.
    auto end =
        static_cast<std::size_t>(
            std::upper_bound(before.begin(), before.end(), mass * (1 + 1e-12)) - before.begin()) -
        1;
    end = b == num_bins ? n : end;
    if (end <= begin) {
      continue;
    }
    while (end < n && sorted[end] == sorted[end - 1]) {
      ++end;
    }
    bins.push_back({begin, end});
    begin = end;
  }
  return bins;
}

std::vector<double> Gather(std::span<const double> values, std::span<const std::size_t> order) {
  std::vector<double> gathered(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    gathered[k] = values[order[k]];
  }
  return gathered;
}

double BinnedError(std::span<const double> forecasts, std::span<const double> outcomes,
                   std::span<const double> weights, std::span<const Range> bins) {
  double error = 0;
  double total = 0;
  for (const Range& bin : bins) {
    double residual = 0;
    for (std::size_t k = bin.begin; k < bin.end; ++k) {
      const double weight = weights.empty() ? 1 : weights[k];
      residual += weight * (forecasts[k] - outcomes[k]);
      total += weight;
    }
    error += std::fabs(residual);
  }
  return error / total;
}

// Position of each row's cluster in the sorted list of ids: redraws do not depend on row order.
std::vector<std::uint32_t> DenseClusters(std::span<const std::uint32_t> clusters, std::size_t n,
                                         std::size_t& count) {
  std::vector<std::uint32_t> dense(n);
  if (clusters.empty()) {
    for (std::size_t i = 0; i < n; ++i) {
      dense[i] = static_cast<std::uint32_t>(i);
    }
    count = n;
    return dense;
  }
  RI_ASSERT(clusters.size() == n);
  std::vector<std::uint32_t> ids(clusters.begin(), clusters.end());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (std::size_t i = 0; i < n; ++i) {
    dense[i] = static_cast<std::uint32_t>(std::lower_bound(ids.begin(), ids.end(), clusters[i]) -
                                          ids.begin());
  }
  count = ids.size();
  return dense;
}

// Calls use(draw, sorted outcomes) for outcomes redrawn from the forecasts, in parallel blocks.
void RedrawOutcomes(std::span<const double> sorted_forecasts, std::span<const std::size_t> order,
                    std::span<const std::uint32_t> clusters, const ResamplingOptions& options,
                    const std::function<void(std::size_t, std::span<const double>)>& use) {
  std::size_t num_clusters = 0;
  const std::vector<std::uint32_t> dense = DenseClusters(clusters, order.size(), num_clusters);
  base::ParallelFor(static_cast<std::size_t>(options.draws), 16, options.num_threads,
                    [&](std::size_t begin, std::size_t end) {
                      std::vector<double> uniform(num_clusters);
                      std::vector<double> outcomes(order.size());
                      for (std::size_t draw = begin; draw < end; ++draw) {
                        base::RandomStream stream(options.seed, "calibration-redraw", draw);
                        for (double& u : uniform) {
                          u = stream.Uniform();
                        }
                        for (std::size_t k = 0; k < order.size(); ++k) {
                          outcomes[k] = uniform[dense[order[k]]] < sorted_forecasts[k] ? 1 : 0;
                        }
                        use(draw, outcomes);
                      }
                    });
}

}  // namespace

BrierDecomposition DecomposeBrier(std::span<const double> probabilities,
                                  std::span<const double> outcomes,
                                  std::span<const double> weights) {
  RI_ASSERT(!probabilities.empty() && probabilities.size() == outcomes.size());
  const std::vector<double> recalibrated = IsotonicFit(probabilities, outcomes, weights);
  const std::vector<double> constant(outcomes.size(), WeightedMean(outcomes, weights));
  BrierDecomposition result;
  result.brier = BrierScore(probabilities, outcomes, weights);
  const double best = BrierScore(recalibrated, outcomes, weights);
  result.uncertainty = BrierScore(constant, outcomes, weights);
  result.miscalibration = result.brier - best;
  result.discrimination = result.uncertainty - best;
  for (const std::size_t i : AscendingOrder(probabilities)) {
    if (result.curve.empty() || result.curve.back().observed != recalibrated[i]) {
      result.curve.push_back({probabilities[i], probabilities[i], recalibrated[i], 0});
    }
    result.curve.back().highest_forecast = probabilities[i];
    result.curve.back().weight += weights.empty() ? 1 : weights[i];
  }
  return result;
}

ConsistencyBand CalibrationConsistencyBand(std::span<const double> probabilities,
                                           std::span<const std::uint32_t> clusters, int num_points,
                                           const ResamplingOptions& options) {
  RI_ASSERT(!probabilities.empty() && num_points > 0 && options.draws > 0);
  const std::vector<std::size_t> order = AscendingOrder(probabilities);
  const std::vector<double> sorted = Gather(probabilities, order);
  // Equal forecasts share one level: group sizes are the weights of the pooled regression.
  std::vector<std::size_t> group(sorted.size());
  std::vector<double> sizes;
  for (std::size_t k = 0; k < sorted.size(); ++k) {
    if (k == 0 || sorted[k] != sorted[k - 1]) {
      sizes.push_back(0);
    }
    sizes.back() += 1;
    group[k] = sizes.size() - 1;
  }
  std::vector<std::size_t> points;
  for (int p = 0; p < num_points; ++p) {
    const double position = num_points == 1 ? 0.5 : static_cast<double>(p) / (num_points - 1);
    const auto at =
        static_cast<std::size_t>(std::lround(position * static_cast<double>(sorted.size() - 1)));
    if (points.empty() || sorted[points.back()] != sorted[at]) {
      points.push_back(at);
    }
  }
  const auto draws = static_cast<std::size_t>(options.draws);
  std::vector<std::vector<double>> levels(points.size(), std::vector<double>(draws));
  RedrawOutcomes(sorted, order, clusters, options,
                 [&](std::size_t draw, std::span<const double> outcomes) {
                   std::vector<double> means(sizes.size(), 0);
                   for (std::size_t k = 0; k < outcomes.size(); ++k) {
                     means[group[k]] += outcomes[k];
                   }
                   for (std::size_t g = 0; g < means.size(); ++g) {
                     means[g] /= sizes[g];
                   }
                   const std::vector<double> fit = PoolAdjacentViolators(means, sizes);
                   for (std::size_t p = 0; p < points.size(); ++p) {
                     levels[p][draw] = fit[group[points[p]]];
                   }
                 });
  ConsistencyBand band;
  for (std::size_t p = 0; p < points.size(); ++p) {
    band.forecast.push_back(sorted[points[p]]);
    band.low.push_back(Quantile(levels[p], 0.05));
    band.high.push_back(Quantile(levels[p], 0.95));
  }
  return band;
}

namespace {

// Everything of a sample that stays the same while outcomes are redrawn, sorted by forecast.
struct SortedSample {
  std::vector<std::size_t> order;
  std::vector<double> forecasts;
  std::vector<double> weights;  // empty = one each
  std::vector<std::uint32_t> clusters;
  std::size_t num_clusters = 0;
  std::vector<Range> bins;
};

SortedSample Sort(std::span<const double> probabilities, std::span<const std::uint32_t> clusters,
                  std::span<const double> weights, int num_bins) {
  RI_ASSERT(!probabilities.empty() && num_bins > 0);
  RI_ASSERT(weights.empty() || weights.size() == probabilities.size());
  SortedSample sample;
  sample.order = AscendingOrder(probabilities);
  sample.forecasts = Gather(probabilities, sample.order);
  if (!weights.empty()) {
    sample.weights = Gather(weights, sample.order);
  }
  const std::vector<std::uint32_t> dense =
      DenseClusters(clusters, probabilities.size(), sample.num_clusters);
  for (const std::size_t i : sample.order) {
    sample.clusters.push_back(dense[i]);
  }
  sample.bins = EqualMassBins(sample.forecasts, sample.weights, num_bins);
  return sample;
}

double DebiasedSquaredError(const SortedSample& sample, std::span<const double> outcomes,
                            bool clustered) {
  double total = 0;
  double mass = 0;
  std::vector<double> sums(clustered ? sample.num_clusters : 0, 0);
  for (const Range& bin : sample.bins) {
    const auto weight = [&](std::size_t k) {
      return sample.weights.empty() ? 1 : sample.weights[k];
    };
    double in_bin = 0;
    double forecast = 0;
    double observed = 0;
    for (std::size_t k = bin.begin; k < bin.end; ++k) {
      in_bin += weight(k);
      forecast += weight(k) * sample.forecasts[k];
      observed += weight(k) * outcomes[k];
    }
    if (!(in_bin > 0)) {
      continue;
    }
    forecast /= in_bin;
    observed /= in_bin;
    const double squared = (forecast - observed) * (forecast - observed);
    double variance = 0;
    double count = 0;
    if (!clustered && sample.weights.empty()) {
      count = in_bin;
      variance = observed * (1 - observed) / (in_bin - 1);
    } else if (!clustered) {
      for (std::size_t k = bin.begin; k < bin.end; ++k) {
        const double residual = weight(k) * (outcomes[k] - observed);
        variance += residual * residual / (in_bin * in_bin);
        count += weight(k) > 0 ? 1 : 0;
      }
      variance *= count / (count - 1);
    } else {
      for (std::size_t k = bin.begin; k < bin.end; ++k) {
        sums[sample.clusters[k]] = 0;
      }
      for (std::size_t k = bin.begin; k < bin.end; ++k) {
        const double residual = outcomes[k] - sample.forecasts[k];
        sums[sample.clusters[k]] += weight(k) * (residual - (observed - forecast));
      }
      for (std::size_t k = bin.begin; k < bin.end; ++k) {
        double& sum = sums[sample.clusters[k]];
        if (!std::isnan(sum)) {
          variance += sum * sum / (in_bin * in_bin);
          count += 1;
          sum = std::nan("");  // counted once
        }
      }
      variance *= count / (count - 1);
    }
    // One row or cluster says nothing about noise; its own square is then all noise.
    total += in_bin * (squared - (count > 1 ? variance : squared));
    mass += in_bin;
  }
  return total / mass;
}

}  // namespace

double ExpectedCalibrationError(std::span<const double> probabilities,
                                std::span<const double> outcomes, int num_bins,
                                std::span<const double> weights) {
  RI_ASSERT(probabilities.size() == outcomes.size());
  const SortedSample sample = Sort(probabilities, {}, weights, num_bins);
  return BinnedError(sample.forecasts, Gather(outcomes, sample.order), sample.weights, sample.bins);
}

CalibrationNoise NoiseOfCalibrationError(std::span<const double> probabilities,
                                         std::span<const std::uint32_t> redrawn_together,
                                         std::span<const std::uint32_t> clusters,
                                         std::span<const double> weights, int num_bins,
                                         const ResamplingOptions& options) {
  RI_ASSERT(options.draws > 0);
  const SortedSample sample = Sort(probabilities, clusters, weights, num_bins);
  const auto draws = static_cast<std::size_t>(options.draws);
  std::vector<double> raw(draws);
  std::vector<double> debiased(draws);
  RedrawOutcomes(sample.forecasts, sample.order, redrawn_together, options,
                 [&](std::size_t draw, std::span<const double> outcomes) {
                   raw[draw] = BinnedError(sample.forecasts, outcomes, sample.weights, sample.bins);
                   debiased[draw] = std::sqrt(
                       std::max(0.0, DebiasedSquaredError(sample, outcomes, !clusters.empty())));
                 });
  return {.floor = WeightedMean(raw), .debiased_limit = Quantile(debiased, .95)};
}

double CalibrationErrorFloor(std::span<const double> probabilities,
                             std::span<const std::uint32_t> clusters, int num_bins,
                             const ResamplingOptions& options, std::span<const double> weights) {
  return NoiseOfCalibrationError(probabilities, clusters, {}, weights, num_bins, options).floor;
}

double DebiasedSquaredCalibrationError(std::span<const double> probabilities,
                                       std::span<const double> outcomes,
                                       std::span<const std::uint32_t> clusters, int num_bins,
                                       std::span<const double> weights) {
  RI_ASSERT(probabilities.size() == outcomes.size());
  RI_ASSERT(clusters.empty() || clusters.size() == probabilities.size());
  const SortedSample sample = Sort(probabilities, clusters, weights, num_bins);
  return DebiasedSquaredError(sample, Gather(outcomes, sample.order), !clusters.empty());
}

}  // namespace ri::metrics
