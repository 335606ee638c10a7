#include "metrics/cluster_bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/assertion.h"
#include "base/parallel.h"
#include "base/random.h"
#include "metrics/quantile.h"
#include "metrics/ranking.h"
#include "metrics/scoring_rules.h"

namespace ri::metrics {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// Dense numbers of clusters in ascending order of id.
std::vector<std::size_t> Number(std::span<const std::uint32_t> clusters, std::size_t& count) {
  std::vector<std::uint32_t> ids(clusters.begin(), clusters.end());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  count = ids.size();
  std::vector<std::size_t> numbers(clusters.size());
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    numbers[i] = static_cast<std::size_t>(std::lower_bound(ids.begin(), ids.end(), clusters[i]) -
                                          ids.begin());
  }
  return numbers;
}

BootstrapInterval Summarise(double estimate, std::vector<double> replicates,
                            std::size_t num_clusters, double confidence) {
  std::erase_if(replicates, [](double value) { return std::isnan(value); });
  BootstrapInterval interval{estimate, kNone, kNone, kNone, kNone, kNone, num_clusters};
  if (replicates.empty() || std::isnan(estimate)) {
    return interval;
  }
  const double mean = WeightedMean(replicates);
  double squares = 0;
  for (const double value : replicates) {
    squares += (value - mean) * (value - mean);
  }
  interval.standard_error =
      replicates.size() > 1 ? std::sqrt(squares / static_cast<double>(replicates.size() - 1)) : 0;
  const double tail = 1 - confidence;
  const std::vector<double> bounds =
      Quantiles(replicates, std::vector<double>{tail / 2, 1 - tail / 2, tail, 1 - tail});
  interval.low = bounds[0];
  interval.high = bounds[1];
  interval.lower_bound = bounds[2];
  interval.upper_bound = bounds[3];
  return interval;
}

}  // namespace

BootstrapInterval BootstrapMean(std::span<const double> differences,
                                std::span<const std::uint32_t> clusters,
                                std::span<const double> weights, const BootstrapOptions& options) {
  RI_ASSERT(differences.size() == clusters.size() && options.draws > 0);
  RI_ASSERT(weights.empty() || weights.size() == differences.size());
  std::size_t count = 0;
  const std::vector<std::size_t> numbers = Number(clusters, count);
  std::vector<double> sums(count, 0);
  std::vector<double> masses(count, 0);
  for (std::size_t i = 0; i < differences.size(); ++i) {
    const double weight = weights.empty() ? 1 : weights[i];
    sums[numbers[i]] += weight * differences[i];
    masses[numbers[i]] += weight;
  }
  std::vector<double> replicates(count == 0 ? 0 : static_cast<std::size_t>(options.draws));
  base::ParallelFor(replicates.size(), 64, options.num_threads,
                    [&](std::size_t begin, std::size_t end) {
                      for (std::size_t draw = begin; draw < end; ++draw) {
                        base::RandomStream stream(options.seed, "cluster-bootstrap", draw);
                        double sum = 0;
                        double mass = 0;
                        for (std::size_t k = 0; k < count; ++k) {
                          const auto drawn = static_cast<std::size_t>(stream.Below(count));
                          sum += sums[drawn];
                          mass += masses[drawn];
                        }
                        replicates[draw] = mass > 0 ? sum / mass : kNone;
                      }
                    });
  return Summarise(WeightedMean(differences, weights), std::move(replicates), count,
                   options.confidence);
}

BootstrapInterval BootstrapStatistic(
    std::span<const std::uint32_t> clusters,
    const std::function<double(std::span<const double> row_weights)>& statistic,
    const BootstrapOptions& options) {
  RI_ASSERT(options.draws > 0);
  std::size_t count = 0;
  const std::vector<std::size_t> numbers = Number(clusters, count);
  std::vector<double> replicates(count == 0 ? 0 : static_cast<std::size_t>(options.draws));
  base::ParallelFor(replicates.size(), 16, options.num_threads,
                    [&](std::size_t begin, std::size_t end) {
                      std::vector<double> times(count);
                      std::vector<double> row_weights(clusters.size());
                      for (std::size_t draw = begin; draw < end; ++draw) {
                        base::RandomStream stream(options.seed, "cluster-bootstrap", draw);
                        std::fill(times.begin(), times.end(), 0);
                        for (std::size_t k = 0; k < count; ++k) {
                          times[static_cast<std::size_t>(stream.Below(count))] += 1;
                        }
                        for (std::size_t i = 0; i < row_weights.size(); ++i) {
                          row_weights[i] = times[numbers[i]];
                        }
                        replicates[draw] = statistic(row_weights);
                      }
                    });
  const std::vector<double> ones(clusters.size(), 1);
  return Summarise(count == 0 ? kNone : statistic(ones), std::move(replicates), count,
                   options.confidence);
}

}  // namespace ri::metrics
