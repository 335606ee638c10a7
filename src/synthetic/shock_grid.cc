#include "synthetic/shock_grid.h"

#include <algorithm>
#include <cmath>

#include "base/assertion.h"

namespace ri::synthetic {
namespace {

constexpr double kStepsPerDeviation = 8;
constexpr double kReach = 4;  // standard deviations on either side

/// Log weights of a normal law at multiples of the step, symmetric about 0.
std::vector<double> LogNormalWeights(double deviation, double step) {
  if (deviation <= 0) {
    return {0.0};
  }
  const auto half = static_cast<int>(std::ceil(kReach * deviation / step));
  std::vector<double> weights;
  for (int i = -half; i <= half; ++i) {
    const double z = i * step / deviation;
    weights.push_back(-0.5 * z * z);
  }
  return weights;
}

/// Turns log weights into cumulative probabilities; returns the log of their sum.
double Accumulate(const double* log_weights, std::size_t count, double* cumulative) {
  const double largest = *std::max_element(log_weights, log_weights + count);
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    sum += std::exp(log_weights[i] - largest);
    cumulative[i] = sum;
  }
  for (std::size_t i = 0; i < count; ++i) {
    cumulative[i] /= sum;
  }
  return largest + std::log(sum);
}

std::size_t Pick(const double* cumulative, std::size_t count, double u) {
  const auto* at = std::upper_bound(cumulative, cumulative + count, u);
  return std::min(static_cast<std::size_t>(at - cumulative), count - 1);
}

}  // namespace

ShockGrid::ShockGrid(double global_deviation, double team_deviation, std::size_t num_teams)
    : num_teams_(num_teams) {
  const double total = std::hypot(global_deviation, team_deviation);
  step_ = total > 0 ? total / kStepsPerDeviation : 1.0;
  log_prior_global_ = LogNormalWeights(global_deviation, step_);
  log_prior_local_ = LogNormalWeights(team_deviation, step_);
  globals_ = log_prior_global_.size();
  locals_ = log_prior_local_.size();
  sums_ = globals_ + locals_ - 1;
  log_likelihood_.assign(num_teams_ * sums_, 0.0);
}

double ShockGrid::Sum(std::size_t index) const {
  const double centre = static_cast<double>(sums_ - 1) / 2;
  return (static_cast<double>(index) - centre) * step_;
}

void ShockGrid::Prepare() {
  cumulative_global_.assign(globals_, 0.0);
  cumulative_local_.assign(num_teams_ * globals_ * locals_, 0.0);
  std::vector<double> log_global = log_prior_global_;
  std::vector<double> log_local(locals_);
  for (std::size_t team = 0; team < num_teams_; ++team) {
    for (std::size_t g = 0; g < globals_; ++g) {
      for (std::size_t t = 0; t < locals_; ++t) {
        log_local[t] = log_prior_local_[t] + log_likelihood_[team * sums_ + SumIndex(g, t)];
      }
      log_global[g] += Accumulate(log_local.data(), locals_,
                                  &cumulative_local_[(team * globals_ + g) * locals_]);
    }
  }
  Accumulate(log_global.data(), globals_, cumulative_global_.data());
}

void ShockGrid::Draw(base::RandomStream& stream, std::vector<std::size_t>& sum_of_team) const {
  RI_ASSERT(!cumulative_global_.empty());
  sum_of_team.resize(num_teams_);
  const std::size_t global = Pick(cumulative_global_.data(), globals_, stream.Uniform());
  for (std::size_t team = 0; team < num_teams_; ++team) {
    const double* cumulative = &cumulative_local_[(team * globals_ + global) * locals_];
    sum_of_team[team] = SumIndex(global, Pick(cumulative, locals_, stream.Uniform()));
  }
}

}  // namespace ri::synthetic
