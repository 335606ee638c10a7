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

// Conditional probabilities are normal distribution functions of the factor, so a product of two of
// them has features narrower than the factor's own law by this much; nodes move closer with them.
double Narrowing(double rho) { return std::sqrt((1 - rho) / (1 + rho)); }

// One factor at one period: lattice positions (multiples of a shared step) and weights.
struct Axis {
  std::vector<int> position;
  std::vector<double> weight;
  std::vector<double> score;
};

Axis MakeAxis(double deviation, double step, int multiple) {
  if (deviation == 0) {
    return {{0}, {1.0}, {0.0}};
  }
  const double h = step * multiple / deviation;
  const int reach = static_cast<int>(std::ceil(kReach / h));
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

// The residual of the earlier period's factor: signs with weights. One zero when it vanishes.
struct Residual {
  std::vector<int> sign;
  double size = 0;
};

Residual MakeResidual(ForecastPeriod period, double deviation, double correlation) {
  const double size = deviation * std::sqrt(1 - correlation * correlation);
  if (period == ForecastPeriod::kCurrent || size == 0) {
    return {{0}, 0};
  }
  return {{-1, 1}, size};
}

struct FactorNode {
  int position;
  int sign;
  double score;
  double weight;
};

std::vector<FactorNode> Cross(const Axis& axis, const Residual& residual) {
  std::vector<FactorNode> nodes;
  const double share = 1 / static_cast<double>(residual.sign.size());
  for (std::size_t k = 0; k < axis.position.size(); ++k) {
    for (const int sign : residual.sign) {
      nodes.push_back({axis.position[k], sign, axis.score[k], axis.weight[k] * share});
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
  const Axis global_axis = MakeAxis(global_deviation, step, multiple(global_step));
  const Axis team_axis = MakeAxis(team_deviation, step, multiple(team_step));
  const Residual global_residual = MakeResidual(period, global_deviation, model.period_correlation);
  const Residual team_residual = MakeResidual(period, team_deviation, model.period_correlation);
  const std::vector<FactorNode> global_nodes = Cross(global_axis, global_residual);
  const std::vector<FactorNode> team_nodes = Cross(team_axis, team_residual);

  // Equal residual sizes give equal sums for (+,-) and (-,+): one lane serves both.
  const bool same_size = std::fabs(global_residual.size - team_residual.size) < 1e-15;
  const auto key_of = [same_size](const FactorNode& g, const FactorNode& t) {
    return std::pair(g.position + t.position, same_size ? g.sign + t.sign : 2 * g.sign + t.sign);
  };
  std::map<std::pair<int, int>, std::uint32_t> lanes;
  std::map<int, std::uint32_t> owns;
  for (const FactorNode& g : global_nodes) {
    for (const FactorNode& t : team_nodes) {
      lanes.try_emplace(key_of(g, t), 0);
      owns.try_emplace(g.position + t.position, 0);
    }
  }
  FactorQuadrature quadrature;
  std::uint32_t next = 0;
  for (auto& [position, index] : owns) {
    index = next++;
    quadrature.own_shift.push_back(step * position);
  }
  next = 0;
  for (auto& [key, index] : lanes) {
    index = next++;
    quadrature.own_of_lane.push_back(owns.at(key.first));
  }
  quadrature.lane_weight.assign(lanes.size(), 0.0);
  if (period == ForecastPeriod::kNext) {
    quadrature.earlier_shift.assign(lanes.size(), 0.0);
  }
  for (const FactorNode& g : global_nodes) {
    quadrature.global_weight.push_back(g.weight);
    quadrature.global_score.push_back(g.score);
    for (const FactorNode& t : team_nodes) {
      const std::uint32_t lane = lanes.at(key_of(g, t));
      quadrature.lane_of.push_back(lane);
      quadrature.lane_weight[lane] += g.weight * t.weight;
      if (period == ForecastPeriod::kNext) {
        quadrature.earlier_shift[lane] =
            model.period_correlation * step * (g.position + t.position) +
            g.sign * global_residual.size + t.sign * team_residual.size;
      }
    }
  }
  for (const FactorNode& t : team_nodes) {
    quadrature.team_weight.push_back(t.weight);
  }
  return quadrature;
}

}  // namespace ri::forecasting
