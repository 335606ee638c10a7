#pragma once

/// Learns how strongly deals end together, from past quarters.

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "forecasting/factor_model.h"

namespace ri::forecasting {

/// One deal of a past quarter, as it stood at that quarter's snapshot.
struct CohortDeal {
  double win_probability = 0;  ///< P(won before the quarter ends) as published then
  bool won = false;            ///< what happened
  int team = -1;
};

/// One snapshot of one past quarter. Use one per quarter: weeks of one quarter share its factors
/// and are not independent evidence.
using Cohort = std::vector<CohortDeal>;

/// The prior is weak about how strongly deals move together and firm about the split: company and
/// team are taken to be about equally strong until the data say otherwise. Eight quarters can tell
/// the sum of the two, hardly their ratio; a firm prior on each correlation alone pulls the sum up
/// where it is small and down where it is large, and 80 % intervals then cover 85 % and 76 %
/// (bench/forecasting).
struct CorrelationOptions {
  double prior_median = 0.04;        ///< of rho_global + rho_team
  double prior_log_deviation = 2;    ///< of the logarithm of the sum
  double split_log_deviation = 0.5;  ///< of ln(rho_global / rho_team), around 0
  double smallest = 0.005;           ///< of the sum
  double largest = 0.25;
  int num_threads = 1;  ///< never changes the result
};

struct CorrelationFit {
  double rho_global = 0;
  double rho_team = 0;
  double global_log_deviation = 0;  ///< posterior standard deviation of ln rho_global (curvature)
  double team_log_deviation = 0;
  double log_posterior = 0;
  std::size_t num_cohorts = 0;
  std::size_t num_deals = 0;  ///< with 0 < probability < 1; others carry no evidence
};

/// Maximum a posteriori of both latent correlations: sum over cohorts of
///   ln of the integral over the factors of prod q(z)^y (1 - q(z))^(1 - y),
/// plus normal priors on the logarithms of their sum and of their ratio. Without cohorts it returns
/// the prior median in equal parts. When every deal is in one team the two cannot be told apart and
/// share the evidence equally. Fails
/// on probabilities outside [0, 1]. Cost: about 90 passes over all deals x 40 to 150 nodes,
/// 6 ns each.
[[nodiscard]] Result<CorrelationFit> FitCorrelation(std::span<const Cohort> cohorts,
                                                    const CorrelationOptions& options = {});

/// The log likelihood of the cohorts under one model, without prior.
[[nodiscard]] double CohortLogLikelihood(std::span<const Cohort> cohorts, const FactorModel& model,
                                         int num_threads = 1);

}  // namespace ri::forecasting
