#pragma once

/// Nodes and weights that replace the integral over the common factors by a sum.
///
/// The Gaussian factors are discretised on evenly spaced nodes (the trapezoidal rule, whose error
/// for an analytic integrand under the normal density falls like exp(-2 pi^2 / h^2), below that of
/// a Gauss-Hermite rule with as many nodes). Even spacing has a second use: the global and the team
/// factor enter a deal only through their sum, and sums of lattice points are lattice points, so
/// G x T pairs of nodes share G + T - 1 values. Each shared value is a *lane*.

#include <cstdint>
#include <vector>

#include "forecasting/factor_model.h"

namespace ri::forecasting {

/// Distance between neighbouring nodes in standard deviations of each factor.
struct QuadratureSpacing {
  double global = 0.95;
  double team = 0.95;
  /// Next period only: the angle, from the period's own factor towards what this period's factor
  /// has besides, of the direction the fine nodes lie in. Across it stand only the few
  /// points of the residual, so it should be the direction in which the expected revenue changes.
  double direction = 0;
};
inline constexpr double kCoarsestSpacing = 0.95;  ///< error 6e-10
/// Fine enough for every frequency that survives the mixing over the factors: with nodes h apart
/// the first false image lies at 2 pi / h = 21 standard deviations of phase, the law ends at 7.
inline constexpr double kFinestSpacing = 0.1;

/// Immutable; safe to share. For the next period a node fixes both periods' factors. Per factor
/// they are two independent normal variables, the own one and the rest of this period's; the pair
/// is turned by QuadratureSpacing::direction. The second of the turned pair, which the expected
/// revenue does not follow, stands on three points (four when one of the factors is absent):
/// distribution functions then err by less than 2e-4 (3e-5) in the tests, with two points unturned
/// 7e-4.
struct FactorQuadrature {
  std::vector<double> lane_weight;         ///< P(lane), sums to 1
  std::vector<double> own_shift;           ///< distinct values of the period's own latent shift
  std::vector<std::uint32_t> own_of_lane;  ///< lane -> index into own_shift
  std::vector<double> earlier_shift;       ///< per lane; next period only, else empty

  std::vector<double> global_weight;   ///< sums to 1
  std::vector<double> global_score;    ///< the period's own global factor in standard deviations
  std::vector<double> team_weight;     ///< sums to 1
  std::vector<std::uint32_t> lane_of;  ///< global index * num_team() + team index -> lane

  [[nodiscard]] std::size_t num_lanes() const { return lane_weight.size(); }
  [[nodiscard]] std::size_t num_global() const { return global_weight.size(); }
  [[nodiscard]] std::size_t num_team() const { return team_weight.size(); }
};

/// \pre the model is valid; spacings are positive
[[nodiscard]] FactorQuadrature MakeQuadrature(const FactorModel& model, ForecastPeriod period,
                                              QuadratureSpacing spacing = {});

}  // namespace ri::forecasting
