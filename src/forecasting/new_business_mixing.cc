#include "forecasting/new_business_mixing.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "base/assertion.h"
#include "base/random.h"

namespace ri::forecasting {
namespace {

constexpr double kReach = 6.65;
// Beyond this size the count is Poisson to double precision of any use.
constexpr double kPoissonSize = 1e8;

using Policy = boost::math::policies::policy<
    boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
    boost::math::policies::underflow_error<boost::math::policies::ignore_error>,
    boost::math::policies::evaluation_error<boost::math::policies::ignore_error>,
    boost::math::policies::domain_error<boost::math::policies::ignore_error>>;

// Quantile of the gamma law with mean 1 at Phi(u), from the nearer tail.
double GammaAt(double u, double size) {
  return u < 0 ? boost::math::gamma_p_inv(size, base::NormalDistribution(u), Policy()) / size
               : boost::math::gamma_q_inv(size, base::NormalDistribution(-u), Policy()) / size;
}

}  // namespace

NewBusinessMixing MakeMixing(double size, double correlation, const FactorQuadrature& quadrature) {
  RI_ASSERT(size > 0 && correlation >= 0 && correlation <= kLargestNewBusinessCorrelation);
  const std::size_t num_global = quadrature.num_global();
  if (size > kPoissonSize) {
    return {{1.0}, std::vector<double>(num_global, 1.0), std::vector<double>(num_global, 1.0)};
  }
  // Without a global factor in the quadrature there is nothing to share: one node, score 0.
  const double c = num_global == 1 ? 0.0 : correlation;
  const double deviation = std::sqrt(1 - c * c);
  // A gamma quantile is less smooth than a normal law: nodes are twice as dense as elsewhere.
  const double step = 0.5 * kCoarsestSpacing * deviation;
  const int reach = static_cast<int>(std::ceil(kReach / step));
  NewBusinessMixing mixing;
  for (int k = -reach; k <= reach; ++k) {
    mixing.multiplier.push_back(GammaAt(step * k, size));
  }
  const std::size_t num_u = mixing.num_u();
  std::vector<double> marginal(num_u, 0.0);
  mixing.conditional.resize(num_global * num_u);
  for (std::size_t g = 0; g < num_global; ++g) {
    const std::span<double> row(mixing.conditional.data() + g * num_u, num_u);
    double total = 0;
    for (std::size_t k = 0; k < num_u; ++k) {
      const double u = step * (static_cast<double>(k) - reach);
      const double z = (u - c * quadrature.global_score[g]) / deviation;
      row[k] = std::exp(-0.5 * z * z);
      total += row[k];
    }
    for (std::size_t k = 0; k < num_u; ++k) {
      row[k] /= total;
      marginal[k] += quadrature.global_weight[g] * row[k];
    }
  }
  mixing.transposed.resize(num_global * num_u);
  for (std::size_t g = 0; g < num_global; ++g) {
    for (std::size_t k = 0; k < num_u; ++k) {
      mixing.transposed[k * num_global + g] = mixing.conditional[g * num_u + k];
    }
  }
  double mean = 0;
  for (std::size_t k = 0; k < num_u; ++k) {
    mean += marginal[k] * mixing.multiplier[k];
  }
  for (double& multiplier : mixing.multiplier) {
    multiplier /= mean;
  }
  return mixing;
}

}  // namespace ri::forecasting
