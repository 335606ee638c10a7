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

// The lattice of the posterior: logarithm of the sum of the two correlations, and of their ratio.
constexpr int kSumPoints = 13;
constexpr int kSplitPoints = 5;
// The ratio is looked at this many prior deviations to either side.
constexpr double kWidestSplit = 2.4;
constexpr int kNewtonSteps = 25;
// Chances nearer to 0 or 1 tell no more of the slope than this.
constexpr double kSmallestChance = 1e-12;

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

// With `level` added to every threshold.
double LogLikelihood(const PreparedCohort& cohort, const FactorModel& model, double level) {
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
      const double shift = level + quadrature.own_shift[quadrature.own_of_lane[lane]];
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
                     double level, int num_threads) {
  std::vector<double> parts(cohorts.size());
  base::ParallelFor(cohorts.size(), 1, num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t c = begin; c < end; ++c) {
      parts[c] = LogLikelihood(cohorts[c], model, level);
    }
  });
  return base::Sum(parts);
}

// Outcome = level + slope x threshold + noise, in probits about the threshold where the evidence
// is.
struct Recalibration {
  double centre = 0;
  double level = 0;
  double slope = 1;
  [[nodiscard]] double operator()(double threshold) const {
    return centre + level + slope * (threshold - centre);
  }
};

// What one deal tells about a shift of its threshold.
struct Score {
  double gradient;
  double information;
};

Score ScoreAt(double threshold, bool won) {
  const double p =
      std::clamp(base::NormalDistribution(threshold), kSmallestChance, 1 - kSmallestChance);
  const double density = std::exp(-0.5 * threshold * threshold) / std::sqrt(2 * std::numbers::pi);
  const double weight = density / (p * (1 - p));
  return {weight * ((won ? 1 : 0) - p), weight * density};
}

// Penalised probit regression that takes deals as independent. By Fisher scoring.
Recalibration Recalibrate(std::span<const PreparedCohort> cohorts,
                          const CorrelationOptions& options) {
  Recalibration fit;
  double information = 0;
  for (const PreparedCohort& cohort : cohorts) {
    for (const auto& team : cohort.teams) {
      for (const Evidence& deal : team) {
        const double own = ScoreAt(deal.threshold, deal.won).information;
        fit.centre += own * deal.threshold;
        information += own;
      }
    }
  }
  if (information == 0) {
    return fit;
  }
  fit.centre /= information;
  const double level_precision = 1 / (options.level_deviation * options.level_deviation);
  const double slope_precision = 1 / (options.sharpness_deviation * options.sharpness_deviation);
  for (int step = 0; step < kNewtonSteps; ++step) {
    double level = -fit.level * level_precision;
    double slope = (1 - fit.slope) * slope_precision;
    double of_level = level_precision;
    double of_slope = slope_precision;
    double of_both = 0;
    for (const PreparedCohort& cohort : cohorts) {
      for (const auto& team : cohort.teams) {
        for (const Evidence& deal : team) {
          const Score score = ScoreAt(fit(deal.threshold), deal.won);
          const double x = deal.threshold - fit.centre;
          level += score.gradient;
          slope += score.gradient * x;
          of_level += score.information;
          of_both += score.information * x;
          of_slope += score.information * x * x;
        }
      }
    }
    const double determinant = of_level * of_slope - of_both * of_both;
    fit.level += (of_slope * level - of_both * slope) / determinant;
    fit.slope += (of_level * slope - of_both * level) / determinant;
  }
  return fit;
}

// Sums over the deals of one team in one cohort, from which the level that is left follows.
struct TeamScore {
  std::size_t cohort;
  double gradient;
  double information;
};

std::vector<TeamScore> TeamScores(std::span<const PreparedCohort> cohorts) {
  std::vector<TeamScore> scores;
  for (std::size_t c = 0; c < cohorts.size(); ++c) {
    for (const auto& team : cohorts[c].teams) {
      TeamScore sum{c, 0, 0};
      for (const Evidence& deal : team) {
        const Score score = ScoreAt(deal.threshold, deal.won);
        sum.gradient += score.gradient;
        sum.information += score.information;
      }
      scores.push_back(sum);
    }
  }
  return scores;
}

struct Normal {
  double mean;
  double variance;
};

// Posterior of what is left of the level, by generalised least squares over the shifts of teams,
// whose covariance the model gives. `prior` is about the same quantity.
Normal LevelGiven(std::span<const TeamScore> scores, std::size_t num_cohorts,
                  const FactorModel& model, const Normal& prior) {
  std::vector<double> weight(num_cohorts, 0.0);
  std::vector<double> weighted(num_cohorts, 0.0);
  for (const TeamScore& score : scores) {
    if (score.information > 0) {
      const double w = 1 / (1 / score.information + model.rho_team);
      weight[score.cohort] += w;
      weighted[score.cohort] += w * score.gradient / score.information;
    }
  }
  double precision = 1 / prior.variance;
  double sum = prior.mean / prior.variance;
  for (std::size_t c = 0; c < num_cohorts; ++c) {
    const double discount = 1 + weight[c] * model.rho_global;
    precision += weight[c] / discount;
    sum += weighted[c] / discount;
  }
  return {sum / precision, 1 / precision};
}

double LogDensity(double x, const Normal& normal) {
  const double z = x - normal.mean;
  return -0.5 * (z * z / normal.variance + std::log(2 * std::numbers::pi * normal.variance));
}

struct LatticePoint {
  FactorModel model;
  double log_weight;  // of the prior and the rule; then of the posterior
};

std::vector<LatticePoint> Lattice(const CorrelationOptions& options) {
  std::vector<LatticePoint> points;
  const double low = std::log(options.smallest);
  const double step = (std::log(options.largest) - low) / (kSumPoints - 1);
  for (int a = 0; a < kSumPoints; ++a) {
    const double log_sum = low + a * step;
    const double sum = (log_sum - std::log(options.prior_median)) / options.prior_log_deviation;
    // The trapezoidal rule: half a step at either end.
    const double rule = a == 0 || a == kSumPoints - 1 ? std::log(0.5) : 0;
    for (int b = 0; b < kSplitPoints; ++b) {
      const double split = kWidestSplit * (2.0 * b / (kSplitPoints - 1) - 1);
      const double share = 1 / (1 + std::exp(-split * options.split_log_deviation));
      LatticePoint point{.log_weight = rule - 0.5 * (sum * sum + split * split)};
      point.model.rho_global = share * std::exp(log_sum);
      point.model.rho_team = (1 - share) * std::exp(log_sum);
      points.push_back(point);
    }
  }
  return points;
}

// The sum of the correlations below which `probability` of the posterior lies. Each lattice value
// stands for half a step to either side.
double SumQuantile(std::span<const LatticePoint> points, double probability) {
  const double half =
      0.5 * std::log(points.back().model.rho() / points.front().model.rho()) / (kSumPoints - 1);
  double below = 0;
  for (int a = 0; a < kSumPoints; ++a) {
    const auto row = points.subspan(static_cast<std::size_t>(a) * kSplitPoints, kSplitPoints);
    double mass = 0;
    for (const LatticePoint& point : row) {
      mass += std::exp(point.log_weight);
    }
    if (below + mass >= probability || a == kSumPoints - 1) {
      const double begin = a == 0 ? 0 : -half;
      const double end = a == kSumPoints - 1 ? 0 : half;
      const double part = mass > 0 ? std::min(1.0, (probability - below) / mass) : 0;
      return row.front().model.rho() * std::exp(begin + part * (end - begin));
    }
    below += mass;
  }
  return points.back().model.rho();
}

void Summarise(std::span<const LatticePoint> points, CorrelationFit& fit) {
  const auto mean = [&](const std::function<double(const FactorModel&)>& f) {
    double sum = 0;
    for (const LatticePoint& point : points) {
      sum += std::exp(point.log_weight) * f(point.model);
    }
    return sum;
  };
  const auto deviation = [&](double FactorModel::* rho) {
    const double centre = mean([&](const FactorModel& model) { return std::log(model.*rho); });
    return std::sqrt(mean([&](const FactorModel& model) {
      const double x = std::log(model.*rho) - centre;
      return x * x;
    }));
  };
  fit.rho_global = mean([](const FactorModel& model) { return model.rho_global; });
  fit.rho_team = mean([](const FactorModel& model) { return model.rho_team; });
  fit.global_log_deviation = deviation(&FactorModel::rho_global);
  fit.team_log_deviation = deviation(&FactorModel::rho_team);
  fit.rho_low = SumQuantile(points, 0.1);
  fit.rho_high = SumQuantile(points, 0.9);
}

}  // namespace

double CohortLogLikelihood(std::span<const Cohort> cohorts, const FactorModel& model,
                           int num_threads) {
  std::vector<PreparedCohort> prepared(cohorts.size());
  std::ranges::transform(cohorts, prepared.begin(), Prepare);
  return LogLikelihood(prepared, model, 0, num_threads);
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
  const Recalibration recalibration = Recalibrate(prepared, options);
  for (PreparedCohort& cohort : prepared) {
    for (auto& team : cohort.teams) {
      for (Evidence& deal : team) {
        deal.threshold = recalibration(deal.threshold);
      }
    }
  }
  fit.sharpness = recalibration.slope;
  std::vector<LatticePoint> points = Lattice(options);
  const std::vector<TeamScore> scores = TeamScores(prepared);
  // Of what the recalibration has left of the level.
  const Normal prior{-recalibration.level, options.level_deviation * options.level_deviation};
  double largest = -std::numeric_limits<double>::infinity();
  for (LatticePoint& point : points) {
    if (fit.num_deals > 0) {
      const Normal level = LevelGiven(scores, prepared.size(), point.model, prior);
      point.log_weight += LogLikelihood(prepared, point.model, level.mean, options.num_threads) +
                          LogDensity(level.mean, prior) - LogDensity(level.mean, level);
    }
    largest = std::max(largest, point.log_weight);
  }
  double total = 0;
  for (const LatticePoint& point : points) {
    total += std::exp(point.log_weight - largest);
  }
  for (LatticePoint& point : points) {
    point.log_weight -= largest + std::log(total);
  }
  Summarise(points, fit);
  return fit;
}

}  // namespace ri::forecasting
