#include "forecasting/factor_quadrature.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/assertion.h"

namespace ri::forecasting {
namespace {

// Normal mass beyond is 6e-10.
constexpr double kReach = 6.2;
// A factor that is alone leaves out its nodes from here on: they weigh 5e-10 together.
constexpr double kReachAlone = 6.5;

// Conditional probabilities are normal distribution functions of the factor, so a product of two of
// them has features narrower than the factor's own law by this much; nodes move closer with them.
double Narrowing(double rho) { return std::sqrt((1 - rho) / (1 + rho)); }

// One factor at one period: lattice positions (multiples of a shared step) and weights.
struct Axis {
  std::vector<int> position;
  std::vector<double> weight;
  std::vector<double> score;
};

Axis MakeAxis(double deviation, double step, int multiple, bool alone) {
  if (deviation == 0) {
    return {{0}, {1.0}, {0.0}};
  }
  const double h = step * multiple / deviation;
  const int reach = alone ? static_cast<int>(std::ceil(kReachAlone / h)) - 1
                          : static_cast<int>(std::ceil(kReach / h));
  Axis axis;
  double total = 0;
  for (int k = -reach; k <= reach; ++k) {
    const double z = h * k;
    axis.position.push_back(multiple * k);
    axis.score.push_back(z);
    axis.weight.push_back(std::exp(-0.5 * z * z));
    total += axis.weight.back();
  }
  for (double& weight : axis.weight) {
    weight /= total;
  }
  return axis;
}

// The second of the turned pair of factors in the next period. One zero when it has no influence.
struct Residual {
  std::vector<double> value;
  std::vector<double> weight;
};

// One factor alone can afford the four-point Gauss-Hermite rule, which keeps seven moments. Two
// factors get three points each at one common distance, so that their sums fall on five values:
// that keeps five moments of the stronger factor and three of the other.
Residual MakeResidual(double deviation, double distance) {
  if (deviation == 0) {
    return {{0.0}, {1.0}};
  }
  if (distance == 0) {
    constexpr double kNear = 0.74196378430272586;
    constexpr double kFar = 2.3344142183389769;
    constexpr double kNearWeight = 0.45412414523193154;
    constexpr double kFarWeight = 0.5 - kNearWeight;
    return {{-kFar * deviation, -kNear * deviation, kNear * deviation, kFar * deviation},
            {kFarWeight, kNearWeight, kNearWeight, kFarWeight}};
  }
  const double side = deviation * deviation / (2 * distance * distance);
  return {{-distance, 0, distance}, {side, 1 - 2 * side, side}};
}

struct FactorNode {
  int position;
  int residual;  // index
  double across;
  double score;
  double weight;
};

std::vector<FactorNode> Cross(const Axis& axis, const Residual& residual) {
  std::vector<FactorNode> nodes;
  for (std::size_t k = 0; k < axis.position.size(); ++k) {
    for (std::size_t r = 0; r < residual.value.size(); ++r) {
      nodes.push_back({axis.position[k], static_cast<int>(r), residual.value[r], axis.score[k],
                       axis.weight[k] * residual.weight[r]});
    }
  }
  return nodes;
}

}  // namespace

FactorQuadrature MakeQuadrature(const FactorModel& model, ForecastPeriod period,
                                QuadratureSpacing spacing) {
  RI_ASSERT(spacing.global > 0 && spacing.team > 0);
  const double global_deviation = std::sqrt(model.rho_global);
  const double team_deviation = std::sqrt(model.rho_team);
  const double global_step =
      global_deviation * std::min(spacing.global, kCoarsestSpacing * Narrowing(model.rho_global));
  const double team_step =
      team_deviation * std::min(spacing.team, kCoarsestSpacing * Narrowing(model.rho_team));
  double step = global_step > 0 && team_step > 0 ? std::min(global_step, team_step)
                                                 : std::max(global_step, team_step);
  step = step > 0 ? step : 1;
  // The wider factor takes every m-th lattice point, so that both stay on one lattice.
  const auto multiple = [step](double wanted) {
    return std::max(1, static_cast<int>(std::floor(wanted / step * (1 + 1e-12))));
  };
  const bool alone = global_deviation == 0 || team_deviation == 0;
  const Axis global_axis = MakeAxis(global_deviation, step, multiple(global_step), alone);
  const Axis team_axis = MakeAxis(team_deviation, step, multiple(team_step), alone);
  const bool next_period = period == ForecastPeriod::kNext;
  const bool has_residual = next_period && model.period_correlation < 1;
  const double distance = alone ? 0.0 : std::sqrt(3.0) * std::max(global_deviation, team_deviation);
  const std::vector<FactorNode> global_nodes =
      Cross(global_axis, MakeResidual(has_residual ? global_deviation : 0.0, distance));
  const std::vector<FactorNode> team_nodes =
      Cross(team_axis, MakeResidual(has_residual ? team_deviation : 0.0, distance));

  // Sums as far out as neither factor alone would be: they share the outermost lane.
  const int outermost = static_cast<int>(std::ceil(kReach * std::sqrt(model.rho()) / step));
  const auto key_of = [outermost](const FactorNode& g, const FactorNode& t) {
    return std::pair(std::clamp(g.position + t.position, -outermost, outermost),
                     g.residual + t.residual);
  };
  // Values of the turned pair give those of the own factor and of the rest of the earlier one.
  const double cosine = next_period ? std::cos(spacing.direction) : 1;
  const double sine = next_period ? std::sin(spacing.direction) : 0;
  const double r = model.period_correlation;
  const double rest = std::sqrt(1 - r * r);
  // Without a residual the own shifts are the positions; with one every lane has its own.
  const auto own_key_of = [&](const FactorNode& g, const FactorNode& t) {
    const auto key = key_of(g, t);
    return sine == 0 ? std::pair(key.first, 0) : key;
  };
  std::map<std::pair<int, int>, std::uint32_t> lanes;
  std::map<std::pair<int, int>, std::uint32_t> owns;
  for (const FactorNode& g : global_nodes) {
    for (const FactorNode& t : team_nodes) {
      lanes.try_emplace(key_of(g, t), 0);
      owns.try_emplace(own_key_of(g, t), 0);
    }
  }
  FactorQuadrature quadrature;
  std::uint32_t count = 0;
  for (auto& [key, index] : owns) {
    index = count++;
  }
  count = 0;
  for (auto& [key, index] : lanes) {
    index = count++;
  }
  quadrature.own_shift.assign(owns.size(), 0.0);
  quadrature.own_of_lane.assign(lanes.size(), 0);
  quadrature.lane_weight.assign(lanes.size(), 0.0);
  if (next_period) {
    quadrature.earlier_shift.assign(lanes.size(), 0.0);
  }
  for (const FactorNode& g : global_nodes) {
    quadrature.global_weight.push_back(g.weight);
    const double across_score = global_deviation > 0 ? g.across / global_deviation : 0.0;
    quadrature.global_score.push_back(cosine * g.score - sine * across_score);
    for (const FactorNode& t : team_nodes) {
      const std::uint32_t lane = lanes.at(key_of(g, t));
      quadrature.lane_of.push_back(lane);
      quadrature.lane_weight[lane] += g.weight * t.weight;
      const double along = step * key_of(g, t).first;
      const double across = g.across + t.across;
      const double own = cosine * along - sine * across;
      const std::uint32_t own_index = owns.at(own_key_of(g, t));
      quadrature.own_of_lane[lane] = own_index;
      quadrature.own_shift[own_index] = own;
      if (next_period) {
        quadrature.earlier_shift[lane] = r * own + rest * (sine * along + cosine * across);
      }
    }
  }
  for (const FactorNode& t : team_nodes) {
    quadrature.team_weight.push_back(t.weight);
  }
  return quadrature;
}

}  // namespace ri::forecasting
