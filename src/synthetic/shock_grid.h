#pragma once

/// What a quarter's outcomes say about its shocks: the posterior of the market's shock and of every
/// team's, on a grid fine enough to sample from.

#include <cstddef>
#include <vector>

#include "base/random.h"

namespace ri::synthetic {

/// Shocks are multiples of one step; a deal feels the sum of the market's and its team's.
class ShockGrid {
 public:
  ShockGrid(double global_deviation, double team_deviation, std::size_t num_teams);

  /// Number of different sums, and their values in log win rate.
  [[nodiscard]] std::size_t num_sums() const { return sums_; }
  [[nodiscard]] double Sum(std::size_t index) const;

  /// Multiplies the likelihood of one team by a factor given for every sum, as its logarithm.
  void AddLogLikelihood(std::size_t team, std::size_t sum, double log_likelihood) {
    log_likelihood_[team * sums_ + sum] += log_likelihood;
  }

  /// Prepares sampling from the posterior as it is now.
  void Prepare();
  /// One joint draw: the index of the sum that each team feels. \pre Prepare was called
  void Draw(base::RandomStream& stream, std::vector<std::size_t>& sum_of_team) const;

 private:
  [[nodiscard]] std::size_t SumIndex(std::size_t global, std::size_t team) const {
    return global + team;
  }
  double step_ = 1;
  std::size_t globals_ = 1;  ///< grid points of the market's shock
  std::size_t locals_ = 1;   ///< grid points of a team's shock
  std::size_t sums_ = 1;
  std::size_t num_teams_ = 1;
  std::vector<double> log_prior_global_;
  std::vector<double> log_prior_local_;
  std::vector<double> log_likelihood_;  ///< [team x sum]
  std::vector<double> cumulative_global_;
  std::vector<double> cumulative_local_;  ///< [team x global x local]
};

}  // namespace ri::synthetic
