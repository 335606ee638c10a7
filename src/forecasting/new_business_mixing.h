#pragma once

/// How the number of deals not yet created moves with the company's factor.
///
/// A negative binomial count is a Poisson count whose mean is multiplied by a gamma variable G of
/// mean 1. Here G is the gamma quantile of Phi(U), and U has the model's correlation with the
/// global factor: the count keeps its marginal law and shares good and bad quarters with the open
/// deals.

#include <span>
#include <vector>

#include "forecasting/factor_quadrature.h"

namespace ri::forecasting {

/// Largest accepted correlation of the count with the global factor; beyond it the conditional law
/// is too narrow for the nodes.
inline constexpr double kLargestNewBusinessCorrelation = 0.95;

struct NewBusinessMixing {
  std::vector<double> multiplier;   ///< values of G, one per node u; unconditional mean exactly 1
  std::vector<double> conditional;  ///< P(u | global node), row-major num_global x num_u
  std::vector<double> transposed;   ///< the same, num_u x num_global

  [[nodiscard]] std::size_t num_u() const { return multiplier.size(); }
  [[nodiscard]] std::span<const double> given(std::size_t global) const {
    return {conditional.data() + global * num_u(), num_u()};
  }
  /// P(node u | global node) for every global node.
  [[nodiscard]] std::span<const double> of(std::size_t u) const {
    const std::size_t num_global = transposed.size() / num_u();
    return {transposed.data() + u * num_global, num_global};
  }
};

/// `size` is the NB2 size; +infinity gives the single multiplier 1.
[[nodiscard]] NewBusinessMixing MakeMixing(double size, double correlation,
                                           const FactorQuadrature& quadrature);

}  // namespace ri::forecasting
