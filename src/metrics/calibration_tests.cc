#include "metrics/calibration_tests.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "base/assertion.h"
#include "base/random.h"
#include "domain/probability.h"

namespace ri::metrics {
namespace {

constexpr double kForecastFloor = 1e-6;
constexpr int kNewtonSteps = 60;
// Coefficients on the logit scale beyond this mean that a finite maximum does not exist.
constexpr double kSeparated = 50;

struct Sample {
  std::vector<double> logit;
  std::span<const double> outcomes;
  std::span<const double> weights;
  std::span<const std::uint32_t> clusters;

  [[nodiscard]] double weight(std::size_t i) const { return weights.empty() ? 1 : weights[i]; }
};

struct Information {
  double aa = 0;
  double ab = 0;
  double bb = 0;
};

// True when some threshold has all of one class on its one side (or at it) and all of the other
// class on the other: then every steeper line fits better, and there is no best one. So it is with
// one class only, and with one forecast for all. A soft outcome is of both classes.
bool IsSeparated(const Sample& sample) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  double lowest_won = kInfinity;
  double highest_won = -kInfinity;
  double lowest_lost = kInfinity;
  double highest_lost = -kInfinity;
  for (std::size_t i = 0; i < sample.logit.size(); ++i) {
    if (!(sample.weight(i) > 0)) {
      continue;
    }
    if (sample.outcomes[i] > 0) {
      lowest_won = std::min(lowest_won, sample.logit[i]);
      highest_won = std::max(highest_won, sample.logit[i]);
    }
    if (sample.outcomes[i] < 1) {
      lowest_lost = std::min(lowest_lost, sample.logit[i]);
      highest_lost = std::max(highest_lost, sample.logit[i]);
    }
  }
  return highest_lost <= lowest_won || highest_won <= lowest_lost;
}

// Newton's method with halving; `fit_slope` false keeps the slope where it is.
bool Maximise(const Sample& sample, bool fit_slope, double& intercept, double& slope,
              Information& information) {
  const auto loss = [&](double a, double b) {
    double total = 0;
    for (std::size_t i = 0; i < sample.logit.size(); ++i) {
      const double m = a + b * sample.logit[i];
      // softplus(m) - y m, without overflow
      const double softplus = std::max(m, 0.0) + std::log1p(std::exp(-std::fabs(m)));
      total += sample.weight(i) * (softplus - sample.outcomes[i] * m);
    }
    return total;
  };
  double current = loss(intercept, slope);
  for (int step = 0; step < kNewtonSteps; ++step) {
    double ga = 0;
    double gb = 0;
    information = {};
    for (std::size_t i = 0; i < sample.logit.size(); ++i) {
      const double x = sample.logit[i];
      const double p = domain::Logistic(intercept + slope * x);
      const double residual = sample.weight(i) * (sample.outcomes[i] - p);
      const double curvature = sample.weight(i) * p * (1 - p);
      ga += residual;
      gb += residual * x;
      information.aa += curvature;
      information.ab += curvature * x;
      information.bb += curvature * x * x;
    }
    double da = 0;
    double db = 0;
    if (fit_slope) {
      const double determinant = information.aa * information.bb - information.ab * information.ab;
      if (!(determinant > 1e-12 * information.aa * information.bb)) {
        return false;
      }
      da = (information.bb * ga - information.ab * gb) / determinant;
      db = (information.aa * gb - information.ab * ga) / determinant;
    } else {
      if (!(information.aa > 0)) {
        return false;
      }
      da = ga / information.aa;
    }
    double scale = 1;
    double next = loss(intercept + da, slope + db);
    while (!(next <= current) && scale > 1e-8) {
      scale /= 2;
      next = loss(intercept + scale * da, slope + scale * db);
    }
    if (next <= current) {
      intercept += scale * da;
      slope += scale * db;
    }
    if (std::fabs(intercept) > kSeparated || std::fabs(slope) > kSeparated) {
      return false;
    }
    if (std::fabs(da) + std::fabs(db) < 1e-10 || !(next < current)) {
      return true;
    }
    current = next;
  }
  return false;
}

// Sums of cluster score products, scaled by G / (G - 1); empty with fewer than two clusters.
std::optional<Information> ClusteredScores(const Sample& sample, double intercept, double slope) {
  std::map<std::uint32_t, std::array<double, 2>> sums;
  for (std::size_t i = 0; i < sample.logit.size(); ++i) {
    const double p = domain::Logistic(intercept + slope * sample.logit[i]);
    const double residual = sample.weight(i) * (sample.outcomes[i] - p);
    auto& sum = sums[sample.clusters.empty() ? static_cast<std::uint32_t>(i) : sample.clusters[i]];
    sum[0] += residual;
    sum[1] += residual * sample.logit[i];
  }
  if (sums.size() < 2) {
    return std::nullopt;
  }
  Information meat;
  for (const auto& [cluster, sum] : sums) {
    meat.aa += sum[0] * sum[0];
    meat.ab += sum[0] * sum[1];
    meat.bb += sum[1] * sum[1];
  }
  const auto count = static_cast<double>(sums.size());
  const double scale = count / (count - 1);
  return Information{meat.aa * scale, meat.ab * scale, meat.bb * scale};
}

}  // namespace

std::optional<CalibrationLine> FitCalibrationLine(std::span<const double> probabilities,
                                                  std::span<const double> outcomes,
                                                  std::span<const std::uint32_t> clusters,
                                                  std::span<const double> weights) {
  RI_ASSERT(probabilities.size() == outcomes.size());
  RI_ASSERT(clusters.empty() || clusters.size() == outcomes.size());
  RI_ASSERT(weights.empty() || weights.size() == outcomes.size());
  Sample sample{{}, outcomes, weights, clusters};
  sample.logit.reserve(probabilities.size());
  for (const double p : probabilities) {
    sample.logit.push_back(domain::Logit(std::clamp(p, kForecastFloor, 1 - kForecastFloor)));
  }
  if (IsSeparated(sample)) {
    return std::nullopt;
  }
  CalibrationLine line;
  Information information;
  if (!Maximise(sample, false, line.intercept_in_the_large, line.slope, information)) {
    return std::nullopt;
  }
  const auto meat_large = ClusteredScores(sample, line.intercept_in_the_large, 1);
  if (!meat_large) {
    return std::nullopt;
  }
  line.intercept_in_the_large_error = std::sqrt(meat_large->aa) / information.aa;

  line.intercept = line.intercept_in_the_large;
  if (!Maximise(sample, true, line.intercept, line.slope, information)) {
    return std::nullopt;
  }
  const auto meat = ClusteredScores(sample, line.intercept, line.slope);
  const double determinant = information.aa * information.bb - information.ab * information.ab;
  // Inverse information, rows a and b; variance = inverse * meat * inverse.
  const double iaa = information.bb / determinant;
  const double iab = -information.ab / determinant;
  const double ibb = information.aa / determinant;
  line.intercept_error =
      std::sqrt(iaa * iaa * meat->aa + 2 * iaa * iab * meat->ab + iab * iab * meat->bb);
  line.slope_error =
      std::sqrt(iab * iab * meat->aa + 2 * iab * ibb * meat->ab + ibb * ibb * meat->bb);
  return line;
}

TestStatistic SpiegelhalterZ(std::span<const double> probabilities,
                             std::span<const double> outcomes,
                             std::span<const std::uint32_t> clusters) {
  RI_ASSERT(probabilities.size() == outcomes.size());
  RI_ASSERT(clusters.empty() || clusters.size() == outcomes.size());
  double sum = 0;
  double variance = 0;
  std::map<std::uint32_t, double> totals;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    const double p = probabilities[i];
    const double term = (outcomes[i] - p) * (1 - 2 * p);
    sum += term;
    if (clusters.empty()) {
      variance += (1 - 2 * p) * (1 - 2 * p) * p * (1 - p);
    } else {
      totals[clusters[i]] += term;
    }
  }
  for (const auto& [cluster, total] : totals) {
    variance += total * total;
  }
  if (!(variance > 0)) {
    return {};
  }
  const double z = sum / std::sqrt(variance);
  return {z, 2 * base::NormalDistribution(-std::fabs(z))};
}

}  // namespace ri::metrics
