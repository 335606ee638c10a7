#include "forecasting/factor_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/assertion.h"
#include "base/random.h"

namespace ri::forecasting {
namespace {

// Positive half of the 16-point Gauss-Legendre rule on [-1, 1] (Abramowitz and Stegun, table 25.4).
constexpr std::array<double, 8> kNodes = {
    0.0950125098376374402, 0.2816035507792589132, 0.4580167776572273863, 0.6178762444026437484,
    0.7554044083550030339, 0.8656312023878317439, 0.9445750230732325761, 0.9894009349916499326};
constexpr std::array<double, 8> kWeights = {
    0.1894506104550684963, 0.1826034150449235889, 0.1691565193950025382, 0.1495959888165767321,
    0.1246289712555338720, 0.0951585116824927848, 0.0622535239386478929, 0.0271524594117540949};

}  // namespace

Status Validate(const FactorModel& model) {
  const auto in_unit = [](double x) { return x >= 0 && x <= 1; };
  if (!in_unit(model.rho_global) || !in_unit(model.rho_team) || !(model.rho() < 0.5)) {
    return Fail(ErrorCode::kUsage,
                "Latent correlations must not be negative and must sum to less than 0.5.");
  }
  if (!in_unit(model.period_correlation) || !in_unit(model.new_business_correlation)) {
    return Fail(ErrorCode::kUsage,
                "Correlations between periods and with new business must be between 0 and 1.");
  }
  return {};
}

double BivariateNormal(double x, double y, double rho) {
  RI_ASSERT(std::fabs(rho) < 1);
  const double independent = base::NormalDistribution(x) * base::NormalDistribution(y);
  if (rho == 0 || !std::isfinite(x) || !std::isfinite(y)) {
    return independent;
  }
  const double half = std::asin(rho) / 2;
  double integral = 0;
  for (std::size_t k = 0; k < kNodes.size(); ++k) {
    for (const double sign : {-1.0, 1.0}) {
      const double sine = std::sin(half * (1 + sign * kNodes[k]));
      const double cosine_squared = 1 - sine * sine;
      integral +=
          kWeights[k] * std::exp(-(x * x + y * y - 2 * x * y * sine) / (2 * cosine_squared));
    }
  }
  return std::clamp(independent + integral * half / (2 * std::numbers::pi), 0.0, 1.0);
}

double OutcomeCorrelation(double p, double q, double rho) {
  RI_ASSERT(p > 0 && p < 1 && q > 0 && q < 1);
  const double both = BivariateNormal(base::NormalQuantile(p), base::NormalQuantile(q), rho);
  return (both - p * q) / std::sqrt(p * (1 - p) * q * (1 - q));
}

}  // namespace ri::forecasting
