#pragma once

/// Confidence in a mean over rows that come in clusters (the deals of one account, the snapshots of
/// one deal): whole clusters are drawn with replacement.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace ri::metrics {

struct BootstrapOptions {
  int draws = 2000;
  double confidence = 0.95;
  std::uint64_t seed = 1;
  int num_threads = 1;
};

struct BootstrapInterval {
  double estimate = 0;
  double standard_error = 0;
  double low = 0;  ///< two-sided percentile interval at the given confidence
  double high = 0;
  double lower_bound = 0;  ///< one-sided: the truth is above it with the given confidence
  double upper_bound = 0;  ///< one-sided: the truth is below it with the given confidence
  std::size_t num_clusters = 0;
};

/// Interval of sum(w d) / sum(w), for example of the difference of two models' LogLossTerms.
/// `clusters` has one id per row; `weights` is empty or non-negative. Draw b depends on (seed, b)
/// and on the set of ids alone: same bytes at any thread count.
/// All fields NaN for no weight; the interval is the point when there is one cluster.
/// O(n log n + draws * clusters).
[[nodiscard]] BootstrapInterval BootstrapMean(std::span<const double> differences,
                                              std::span<const std::uint32_t> clusters,
                                              std::span<const double> weights = {},
                                              const BootstrapOptions& options = {});

/// Interval of any statistic that takes row weights (AUC, calibration slope): each draw calls
/// `statistic` with how often each row was drawn. Draws where it is NaN (one class only) are left
/// out. `statistic` must be safe to call from several threads. O(draws * cost of the statistic).
[[nodiscard]] BootstrapInterval BootstrapStatistic(
    std::span<const std::uint32_t> clusters,
    const std::function<double(std::span<const double> row_weights)>& statistic,
    const BootstrapOptions& options = {});

}  // namespace ri::metrics
