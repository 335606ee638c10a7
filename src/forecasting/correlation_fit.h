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
/// where it is small and down where it is large.
struct CorrelationOptions {
  double prior_median = 0.03;        ///< of rho_global + rho_team
  double prior_log_deviation = 1.5;  ///< of the logarithm of the sum
  double split_log_deviation = 0.5;  ///< of ln(rho_global / rho_team), around 0
  double smallest = 0.003;           ///< of the sum
  double largest = 0.25;
  double level_deviation = 0.3;      ///< prior, of what all chances miss together, in probits
  double sharpness_deviation = 0.5;  ///< prior, of their slope in probits, around 1
  int num_threads = 1;               ///< never changes the result
};

/// What the past says about the correlations. The estimates are posterior means: the variance of a
/// sum of deals is close to linear in the correlation, so a forecast under the mean is as wide as
/// one that is averaged over the posterior.
struct CorrelationFit {
  double rho_global = 0;
  double rho_team = 0;
  double rho_low = 0;               ///< the sum is below with probability .1
  double rho_high = 0;              ///< the sum is above with probability .1
  double global_log_deviation = 0;  ///< posterior standard deviation of ln rho_global
  double team_log_deviation = 0;
  double sharpness =
      1;  ///< slope of the outcomes on the past chances, in probits; above 1: too flat
  std::size_t num_cohorts = 0;
  std::size_t num_deals = 0;  ///< with 0 < probability < 1; others carry no evidence
};

/// Posterior of both latent correlations from the sum over cohorts of
///   ln of the integral over the factors of prod q(z)^y (1 - q(z))^(1 - y),
/// with normal priors on the logarithms of their sum and of their ratio, on a lattice.
///
/// The outcomes also tell whether the chances themselves were right, and a likelihood that takes
/// them as given answers with the correlation: given its factors a deal's chance is the sharper the
/// larger rho, so chances that were too flat (a model looking back at deals it learned from) are
/// explained best by the largest rho there is, whatever the totals of the quarters were. Therefore
/// the chances are first recalibrated in level and slope, which is consistent under any correlation
/// because the factors leave every marginal as it is; then what is left of the level is integrated
/// over, so that it does not cost a quarter of evidence.
///
/// Without evidence it returns the prior. When every deal is in one team the two cannot be told
/// apart and share the evidence equally. Fails on probabilities outside [0, 1]. Cost: 65 passes
/// over all deals x 40 to 150 nodes, 6 ns each.
[[nodiscard]] Result<CorrelationFit> FitCorrelation(std::span<const Cohort> cohorts,
                                                    const CorrelationOptions& options = {});

/// The log likelihood of the cohorts under one model, without prior.
[[nodiscard]] double CohortLogLikelihood(std::span<const Cohort> cohorts, const FactorModel& model,
                                         int num_threads = 1);

}  // namespace ri::forecasting
