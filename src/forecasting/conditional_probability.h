#pragma once

/// A deal's chances given the common factors.

#include <span>

#include "forecasting/factor_quadrature.h"

namespace ri::forecasting {

/// Where the latent variables of a deal decide. Not yet won in this period and then won in the next
/// are two thresholds in sequence: P(next | factors) = (1 - Phi_1) Phi_2, so the two events exclude
/// each other whatever the factors do.
struct DealThresholds {
  double current = 0;  ///< Phi^-1(win_this_period); -inf at 0, +inf at 1
  double next = 0;     ///< solves Phi(b) - Phi_2(current, b; r) = win_next_period
};

/// r is period_correlation * rho, the correlation of the two latent variables. Bisection-guarded
/// Newton steps on BivariateNormal.
[[nodiscard]] DealThresholds ThresholdsOf(const ForecastDeal& deal, const FactorModel& model);

/// Writes P(won in the period | lane) for every lane; `out` has num_lanes() entries. The mean over
/// the lane weights equals the deal's marginal probability to rounding; the remaining quadrature
/// error (below 1e-9, 1e-5 of q for the residual points of the next period) is taken out by one
/// common factor on the smaller of q and 1 - q. Probabilities 0 and 1 stay what they are.
void ConditionalWinProbabilities(const ForecastDeal& deal, const DealThresholds& thresholds,
                                 const FactorModel& model, const FactorQuadrature& quadrature,
                                 ForecastPeriod period, std::span<double> out);

/// P(won in this period | lane) at the lanes of a next-period quadrature.
void EarlierWinProbabilities(const ForecastDeal& deal, const DealThresholds& thresholds,
                             const FactorModel& model, const FactorQuadrature& quadrature,
                             std::span<double> out);

}  // namespace ri::forecasting
