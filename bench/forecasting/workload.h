#pragma once

/// Books and roll-ups of a given size, the same on every machine.

#include <cstdint>
#include <functional>
#include <vector>

#include "forecasting/hierarchy.h"

namespace ri::bench {

struct Workload {
  forecasting::ForecastBook book;
  std::vector<forecasting::ForecastNode> nodes;  ///< total last
};

/// Lognormal amounts in whole dollars, win probabilities as in a mid-quarter pipeline, one new
/// business segment per team, a tree of reps, teams, regions and the total.
[[nodiscard]] Workload MakeWorkload(std::size_t num_deals, int num_reps, int num_teams,
                                    int num_regions, std::uint64_t seed);

struct Timing {
  double wall_ms = 0;
  double cpu_ms = 0;  ///< of the whole process: on a busy machine the number to compare
};

/// Median of `rounds` runs, by processor time.
[[nodiscard]] Timing Measure(int rounds, const std::function<void()>& run);

/// Prints interval coverage, bias and CRPS skill over simulated company-quarters.
void PrintCoverage(int num_quarters, int num_threads);

/// Prints how well planted latent correlations are recovered, from chances that were right and from
/// chances that were not.
void PrintCorrelation(int num_companies, int num_threads);

}  // namespace ri::bench
