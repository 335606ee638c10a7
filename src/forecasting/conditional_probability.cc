#include "forecasting/conditional_probability.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "base/assertion.h"
#include "base/random.h"

namespace ri::forecasting {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double Threshold(double probability) {
  if (probability <= 0) {
    return -kInfinity;
  }
  return probability >= 1 ? kInfinity : base::NormalQuantile(probability);
}

double NormalDensity(double x) { return std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi); }

// The b with Phi(b) - Phi_2(a, b; r) = q.
double NextThreshold(double a, double q1, double q2, double r) {
  if (q2 <= 0) {
    return -kInfinity;
  }
  const double hazard = q2 / (1 - q1);
  if (hazard >= 1 - 1e-12) {
    return kInfinity;
  }
  double b = base::NormalQuantile(hazard);
  if (r == 0 || a == -kInfinity) {
    return b;
  }
  double low = -kInfinity;
  double high = kInfinity;
  const double spread = std::sqrt(1 - r * r);
  for (int step = 0; step < 60; ++step) {
    const double excess = base::NormalDistribution(b) - BivariateNormal(a, b, r) - q2;
    (excess > 0 ? high : low) = b;
    // d/db = phi(b) P(X > a | Y = b)
    const double slope = NormalDensity(b) * base::NormalDistribution(-(a - r * b) / spread);
    double next = b - excess / slope;
    if (!(next > low && next < high)) {
      next =
          std::isfinite(low) && std::isfinite(high) ? (low + high) / 2 : b + (excess > 0 ? -1 : 1);
    }
    if (std::fabs(next - b) < 1e-13 * (1 + std::fabs(b))) {
      return next;
    }
    b = next;
  }
  return b;
}

void KeepMean(double wanted, std::span<const double> weights, std::span<double> values) {
  double mean = 0;
  double complement = 0;
  for (std::size_t lane = 0; lane < values.size(); ++lane) {
    mean += weights[lane] * values[lane];
    complement += weights[lane] * (1 - values[lane]);
  }
  if (wanted <= 0.5) {
    const double factor = mean > 0 ? wanted / mean : 1;
    for (double& value : values) {
      value = std::min(1.0, value * factor);
    }
  } else {
    const double factor = complement > 0 ? (1 - wanted) / complement : 1;
    for (double& value : values) {
      value = std::max(0.0, 1 - (1 - value) * factor);
    }
  }
}

}  // namespace

DealThresholds ThresholdsOf(const ForecastDeal& deal, const FactorModel& model) {
  const double current = Threshold(deal.win_this_period);
  return {current, NextThreshold(current, deal.win_this_period, deal.win_next_period,
                                 model.period_correlation * model.rho())};
}

void ConditionalWinProbabilities(const ForecastDeal& deal, const DealThresholds& thresholds,
                                 const FactorModel& model, const FactorQuadrature& quadrature,
                                 ForecastPeriod period, std::span<double> out) {
  RI_ASSERT(out.size() == quadrature.num_lanes());
  const double q = deal.win_probability(period);
  if (q <= 0 || q >= 1 || quadrature.num_lanes() == 1) {
    std::ranges::fill(out, q);
    return;
  }
  const double scale = 1 / std::sqrt(1 - model.rho());
  const double own_threshold =
      period == ForecastPeriod::kCurrent ? thresholds.current : thresholds.next;
  thread_local std::vector<double> own;
  own.resize(quadrature.own_shift.size());
  for (std::size_t k = 0; k < own.size(); ++k) {
    own[k] = base::NormalDistribution((own_threshold + quadrature.own_shift[k]) * scale);
  }
  for (std::size_t lane = 0; lane < out.size(); ++lane) {
    out[lane] = own[quadrature.own_of_lane[lane]];
    if (period == ForecastPeriod::kNext) {
      out[lane] *=
          base::NormalDistribution(-(thresholds.current + quadrature.earlier_shift[lane]) * scale);
    }
  }
  KeepMean(q, quadrature.lane_weight, out);
}

void EarlierWinProbabilities(const ForecastDeal& deal, const DealThresholds& thresholds,
                             const FactorModel& model, const FactorQuadrature& quadrature,
                             std::span<double> out) {
  RI_ASSERT(out.size() == quadrature.num_lanes());
  const double q = deal.win_this_period;
  if (q <= 0 || q >= 1 || quadrature.num_lanes() == 1) {
    std::ranges::fill(out, q);
    return;
  }
  const double scale = 1 / std::sqrt(1 - model.rho());
  for (std::size_t lane = 0; lane < out.size(); ++lane) {
    out[lane] =
        base::NormalDistribution((thresholds.current + quadrature.earlier_shift[lane]) * scale);
  }
  KeepMean(q, quadrature.lane_weight, out);
}

}  // namespace ri::forecasting
