#include "forecasting/correlation_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numbers>

#include "base/parallel.h"
#include "base/random.h"
#include "base/sum.h"
#include "forecasting/factor_quadrature.h"

namespace ri::forecasting {
namespace {

constexpr int kGridPoints = 7;
// Of the logarithm of the ratio of the two correlations, in prior deviations.
constexpr double kWidestSplit = 4;
constexpr int kRefinements = 3;
constexpr int kGoldenSteps = 8;
constexpr double kCurvatureStep = 0.2;
// The two correlations together stay below the largest the model accepts.
constexpr double kLargestSum = 0.49;

// ln Phi(x) by cubic Hermite interpolation of its values and slopes; error below 1e-9, a tenth of
// the time of the function itself, which is most of a fit.
class LogNormalTable {
 public:
  LogNormalTable() {
    for (int k = 0; k <= kSize; ++k) {
      const double x = -kReach + k * kStep;
      const double phi = base::NormalDistribution(x);
      value_[static_cast<std::size_t>(k)] = std::log(phi);
      slope_[static_cast<std::size_t>(k)] =
          kStep * std::exp(-0.5 * x * x) / (phi * std::sqrt(2 * std::numbers::pi));
    }
  }
  [[nodiscard]] double operator()(double x) const {
    if (x >= kReach) {
      return 0;
    }
    if (x < -kReach) {
      // Mills' ratio, asymptotic.
      const double r = 1 / (x * x);
      return -0.5 * x * x - std::log(-x * std::sqrt(2 * std::numbers::pi)) +
             std::log1p(-r + 3 * r * r);
    }
    const double position = (x + kReach) / kStep;
    const auto k = std::min(static_cast<std::size_t>(position), std::size_t{kSize - 1});
    const double t = position - static_cast<double>(k);
    const double u = 1 - t;
    return u * u * ((1 + 2 * t) * value_[k] + t * slope_[k]) +
           t * t * ((1 + 2 * u) * value_[k + 1] - u * slope_[k + 1]);
  }

 private:
  static constexpr double kReach = 9;
  static constexpr int kSize = 1152;
  static constexpr double kStep = 2 * kReach / kSize;
  std::array<double, kSize + 1> value_{};
  std::array<double, kSize + 1> slope_{};
};

double LogNormalDistribution(double x) {
  static const LogNormalTable table;
  return table(x);
}

struct Evidence {
  double threshold;
  bool won;
};

// The deals of one cohort that carry evidence, by team.
struct PreparedCohort {
  std::vector<std::vector<Evidence>> teams;
  std::size_t num_deals = 0;
};

PreparedCohort Prepare(const Cohort& cohort) {
  std::map<int, std::vector<Evidence>> teams;
  PreparedCohort prepared;
  for (const CohortDeal& deal : cohort) {
    if (deal.win_probability > 0 && deal.win_probability < 1) {
      teams[deal.team].push_back({base::NormalQuantile(deal.win_probability), deal.won});
      ++prepared.num_deals;
    }
  }
  for (auto& [team, deals] : teams) {
    prepared.teams.push_back(std::move(deals));
  }
  return prepared;
}

double LogMeanExp(std::span<const double> exponents, std::span<const double> weights) {
  const double largest = *std::ranges::max_element(exponents);
  double sum = 0;
  for (std::size_t k = 0; k < exponents.size(); ++k) {
    sum += weights[k] * std::exp(exponents[k] - largest);
  }
  return largest + std::log(sum);
}

// Outcomes of n deals pin the factor down to about 1 / sqrt(1 + n rho): nodes follow.
double SpacingFor(std::size_t num_deals, double rho) {
  return std::clamp(0.9 / std::sqrt(1 + static_cast<double>(num_deals) * rho), 0.05, 0.5);
}

double LogLikelihood(const PreparedCohort& cohort, const FactorModel& model) {
  if (cohort.num_deals == 0) {
    return 0;
  }
  std::size_t largest_team = 0;
  for (const auto& team : cohort.teams) {
    largest_team = std::max(largest_team, team.size());
  }
  const FactorQuadrature quadrature = MakeQuadrature(
      model, ForecastPeriod::kCurrent,
      {SpacingFor(cohort.num_deals, model.rho_global), SpacingFor(largest_team, model.rho_team)});
  const double scale = 1 / std::sqrt(1 - model.rho());
  std::vector<double> lanes(quadrature.num_lanes());
  std::vector<double> given_team(quadrature.num_team());
  std::vector<double> given_global(quadrature.num_global(), 0.0);
  for (const auto& team : cohort.teams) {
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
      const double shift = quadrature.own_shift[quadrature.own_of_lane[lane]];
      double log_sum = 0;
      for (const Evidence& deal : team) {
        const double x = (deal.threshold + shift) * scale;
        log_sum += LogNormalDistribution(deal.won ? x : -x);
      }
      lanes[lane] = log_sum;
    }
    for (std::size_t g = 0; g < given_global.size(); ++g) {
      for (std::size_t t = 0; t < given_team.size(); ++t) {
        given_team[t] = lanes[quadrature.lane_of[g * given_team.size() + t]];
      }
      given_global[g] += LogMeanExp(given_team, quadrature.team_weight);
    }
  }
  return LogMeanExp(given_global, quadrature.global_weight);
}

double LogLikelihood(std::span<const PreparedCohort> cohorts, const FactorModel& model,
                     int num_threads) {
  std::vector<double> parts(cohorts.size());
  base::ParallelFor(cohorts.size(), 1, num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t c = begin; c < end; ++c) {
      parts[c] = LogLikelihood(cohorts[c], model);
    }
  });
  return base::Sum(parts);
}

// Maximum of a unimodal function on [low, high] by golden sections.
double MaximiseOn(double low, double high, const std::function<double(double)>& f) {
  constexpr double kGolden = 0.6180339887498949;
  double left = high - kGolden * (high - low);
  double right = low + kGolden * (high - low);
  double at_left = f(left);
  double at_right = f(right);
  for (int step = 0; step < kGoldenSteps; ++step) {
    if (at_left >= at_right) {
      high = right;
      right = left;
      at_right = at_left;
      left = high - kGolden * (high - low);
      at_left = f(left);
    } else {
      low = left;
      left = right;
      at_left = at_right;
      right = low + kGolden * (high - low);
      at_right = f(right);
    }
  }
  return at_left >= at_right ? left : right;
}

double DeviationFromCurvature(const std::function<double(double)>& f, double at) {
  const double curvature = (f(at + kCurvatureStep) - 2 * f(at) + f(at - kCurvatureStep)) /
                           (kCurvatureStep * kCurvatureStep);
  return curvature < 0 ? 1 / std::sqrt(-curvature) : std::numeric_limits<double>::infinity();
}

}  // namespace

double CohortLogLikelihood(std::span<const Cohort> cohorts, const FactorModel& model,
                           int num_threads) {
  std::vector<PreparedCohort> prepared(cohorts.size());
  std::ranges::transform(cohorts, prepared.begin(), Prepare);
  return LogLikelihood(prepared, model, num_threads);
}

Result<CorrelationFit> FitCorrelation(std::span<const Cohort> cohorts,
                                      const CorrelationOptions& options) {
  if (!(options.smallest > 0 && options.smallest < options.largest && options.largest < 0.5 &&
        options.prior_median > 0 && options.prior_log_deviation > 0 &&
        options.split_log_deviation > 0)) {
    return Fail(ErrorCode::kUsage,
                "The bounds or the prior of the latent correlation make no sense.");
  }
  std::vector<PreparedCohort> prepared;
  CorrelationFit fit;
  for (const Cohort& cohort : cohorts) {
    for (const CohortDeal& deal : cohort) {
      if (!(deal.win_probability >= 0 && deal.win_probability <= 1)) {
        return Fail(ErrorCode::kBadInput, "A past win probability is outside [0, 1].");
      }
    }
    prepared.push_back(Prepare(cohort));
    fit.num_deals += prepared.back().num_deals;
  }
  fit.num_cohorts = cohorts.size();
  const auto posterior = [&](double log_global, double log_team) {
    FactorModel model;
    model.rho_global = std::exp(log_global);
    model.rho_team = std::exp(log_team);
    if (model.rho() > kLargestSum) {
      return -std::numeric_limits<double>::infinity();
    }
    const double sum = std::log(model.rho() / options.prior_median) / options.prior_log_deviation;
    const double split = (log_global - log_team) / options.split_log_deviation;
    return LogLikelihood(prepared, model, options.num_threads) - 0.5 * (sum * sum + split * split);
  };
  // Searched by the sum and the ratio, which the evidence tells apart better than the two parts.
  const auto at = [&](double log_sum, double log_ratio) {
    return posterior(log_sum - std::log1p(std::exp(-log_ratio)),
                     log_sum - std::log1p(std::exp(log_ratio)));
  };
  const double low = std::log(options.smallest);
  const double high = std::log(options.largest);
  const double widest = kWidestSplit * options.split_log_deviation;
  double log_sum = std::clamp(std::log(options.prior_median), low, high);
  double log_ratio = 0;
  if (fit.num_deals > 0) {
    double best = at(log_sum, log_ratio);
    const double step = (high - low) / (kGridPoints - 1);
    for (int a = 0; a < kGridPoints; ++a) {
      if (const double value = at(low + a * step, 0); value > best) {
        best = value;
        log_sum = low + a * step;
      }
    }
    double reach = step;
    double ratio_reach = widest;
    for (int round = 0; round < kRefinements; ++round) {
      log_ratio = MaximiseOn(std::max(-widest, log_ratio - ratio_reach),
                             std::min(widest, log_ratio + ratio_reach),
                             [&](double x) { return at(log_sum, x); });
      log_sum = MaximiseOn(std::max(low, log_sum - reach), std::min(high, log_sum + reach),
                           [&](double x) { return at(x, log_ratio); });
      reach *= 0.5;
      ratio_reach *= 0.5;
    }
  }
  const double global = log_sum - std::log1p(std::exp(-log_ratio));
  const double team = log_sum - std::log1p(std::exp(log_ratio));
  fit.rho_global = std::exp(global);
  fit.rho_team = std::exp(team);
  fit.log_posterior = posterior(global, team);
  fit.global_log_deviation =
      DeviationFromCurvature([&](double x) { return posterior(x, team); }, global);
  fit.team_log_deviation =
      DeviationFromCurvature([&](double x) { return posterior(global, x); }, team);
  return fit;
}

}  // namespace ri::forecasting
