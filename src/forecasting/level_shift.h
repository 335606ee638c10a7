#pragma once

/// Whether the chances of a kind of snapshot were too low or too high all together.

#include <span>

#include "forecasting/correlation_fit.h"

namespace ri::forecasting {

/// Log-odds to add to every probability so that the past cohorts win as many deals as expected:
/// quasi-likelihood with a normal prior of `prior_deviation` around 0. Deals of one cohort end
/// together with latent correlation `rho`, so a cohort is discounted by the variance of its count
/// over that of independent deals (first order in rho). 0 without cohorts. \pre 0 <= rho < 1
[[nodiscard]] double FitLevelShift(std::span<const Cohort> cohorts, double rho,
                                   double prior_deviation = 0.5);

/// The probability with `shift` added to its log-odds; 0 and 1 stay.
[[nodiscard]] double ShiftProbability(double probability, double shift);

}  // namespace ri::forecasting
