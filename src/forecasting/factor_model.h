#pragma once

/// Why deals end together: one factor for the whole company and one for each team.

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "forecasting/forecast_book.h"

namespace ri::forecasting {

/// Latent correlations of the Gaussian one-factor structure. Given the factors, a deal with
/// marginal probability q is won with probability
///   Phi((Phi^-1(q) + sqrt(rho_global) Z + sqrt(rho_team) Z_team) / sqrt(1 - rho_global -
///   rho_team)),
/// whose mean over the factors is q itself (Vasicek 1987). A latent correlation is not the
/// correlation of the outcomes: at q = .3 latent .05 gives .029.
struct FactorModel {
  double rho_global = 0;
  double rho_team = 0;
  double period_correlation = 0.3;        ///< of each factor between this period and the next
  double new_business_correlation = 0.5;  ///< of the count's rank with the global factor

  [[nodiscard]] double rho() const { return rho_global + rho_team; }
  friend bool operator==(const FactorModel&, const FactorModel&) = default;
};

/// Fails unless both correlations are in [0, 1), their sum is below .5, and the others in [0, 1].
[[nodiscard]] Status Validate(const FactorModel& model);

/// Correlation of two outcomes with marginals p and q and latent correlation rho.
/// \pre 0 < p, q < 1 and |rho| < 1
[[nodiscard]] double OutcomeCorrelation(double p, double q, double rho);

/// P(X <= x, Y <= y) for standard normal X, Y with correlation `rho` (Drezner and Wesolowsky 1990
/// with 16 Gauss-Legendre points). Error below 1e-12 for |rho| <= .5. \pre |rho| < 1
[[nodiscard]] double BivariateNormal(double x, double y, double rho);

}  // namespace ri::forecasting
