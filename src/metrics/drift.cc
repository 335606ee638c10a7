#include "metrics/drift.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "base/assertion.h"
#include "base/sum.h"

namespace ri::metrics {
namespace {

std::vector<double> Sorted(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

// Calls use(from, to, F1, F2) for every piece between neighbouring distinct values of both samples;
// the last piece has from == to.
template <typename Use>
void WalkTogether(const std::vector<double>& first, const std::vector<double>& second, Use use) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < first.size() || j < second.size()) {
    double at = 0;
    if (j == second.size() || (i < first.size() && first[i] <= second[j])) {
      at = first[i];
    } else {
      at = second[j];
    }
    while (i < first.size() && first[i] == at) {
      ++i;
    }
    while (j < second.size() && second[j] == at) {
      ++j;
    }
    double next = at;
    if (i < first.size() && j < second.size()) {
      next = std::min(first[i], second[j]);
    } else if (i < first.size()) {
      next = first[i];
    } else if (j < second.size()) {
      next = second[j];
    }
    use(at, next, static_cast<double>(i) / static_cast<double>(first.size()),
        static_cast<double>(j) / static_cast<double>(second.size()));
  }
}

}  // namespace

double ChiSquaredTail(double x, double degrees) {
  RI_ASSERT(degrees > 0);
  return x > 0 ? boost::math::gamma_q(degrees / 2, x / 2) : 1;
}

StabilityIndex PopulationStabilityIndex(std::span<const double> expected_counts,
                                        std::span<const double> actual_counts) {
  RI_ASSERT(expected_counts.size() == actual_counts.size());
  std::vector<double> expected;
  std::vector<double> actual;
  bool one_sided = false;
  for (std::size_t b = 0; b < expected_counts.size(); ++b) {
    if (expected_counts[b] > 0 || actual_counts[b] > 0) {
      expected.push_back(expected_counts[b]);
      actual.push_back(actual_counts[b]);
      one_sided = one_sided || !(expected_counts[b] > 0) || !(actual_counts[b] > 0);
    }
  }
  const double n = base::Sum(expected_counts);
  const double m = base::Sum(actual_counts);
  if (expected.size() < 2 || !(n > 0) || !(m > 0)) {
    return {};
  }
  const double added = one_sided ? 0.5 : 0;
  const auto bins = static_cast<double>(expected.size());
  base::CompensatedSum value;
  for (std::size_t b = 0; b < expected.size(); ++b) {
    const double e = (expected[b] + added) / (n + added * bins);
    const double a = (actual[b] + added) / (m + added * bins);
    value.Add((a - e) * std::log(a / e));
  }
  return {value.value(), ChiSquaredTail(value.value() / (1 / n + 1 / m), bins - 1)};
}

double JensenShannonDivergence(std::span<const double> first_counts,
                               std::span<const double> second_counts) {
  RI_ASSERT(first_counts.size() == second_counts.size());
  const double n = base::Sum(first_counts);
  const double m = base::Sum(second_counts);
  if (!(n > 0) || !(m > 0)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  base::CompensatedSum divergence;
  for (std::size_t b = 0; b < first_counts.size(); ++b) {
    const double p = first_counts[b] / n;
    const double q = second_counts[b] / m;
    const double middle = (p + q) / 2;
    if (p > 0) {
      divergence.Add(p / 2 * std::log2(p / middle));
    }
    if (q > 0) {
      divergence.Add(q / 2 * std::log2(q / middle));
    }
  }
  return std::clamp(divergence.value(), 0.0, 1.0);
}

double KolmogorovTail(double x) {
  if (!(x > 0)) {
    return 1;
  }
  if (x < 1) {
    // Jacobi's transform of the series converges fast where the other one does not.
    double sum = 0;
    for (int k = 1; k < 20; k += 2) {
      sum += std::exp(-k * k * std::numbers::pi * std::numbers::pi / (8 * x * x));
    }
    return std::clamp(1 - std::sqrt(2 * std::numbers::pi) / x * sum, 0.0, 1.0);
  }
  double sum = 0;
  for (int k = 1; k < 20; ++k) {
    sum += (k % 2 == 1 ? 2 : -2) * std::exp(-2.0 * k * k * x * x);
  }
  return std::clamp(sum, 0.0, 1.0);
}

DistanceTest KolmogorovSmirnov(std::span<const double> first, std::span<const double> second) {
  if (first.empty() || second.empty()) {
    return {std::numeric_limits<double>::quiet_NaN(), 1};
  }
  double distance = 0;
  WalkTogether(Sorted(first), Sorted(second), [&](double, double, double f, double g) {
    distance = std::max(distance, std::fabs(f - g));
  });
  const auto n = static_cast<double>(first.size());
  const auto m = static_cast<double>(second.size());
  const double root = std::sqrt(n * m / (n + m));
  return {distance, KolmogorovTail((root + 0.12 + 0.11 / root) * distance)};
}

double WassersteinDistance(std::span<const double> first, std::span<const double> second) {
  if (first.empty() || second.empty()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  base::CompensatedSum area;
  WalkTogether(Sorted(first), Sorted(second), [&](double from, double to, double f, double g) {
    area.Add((to - from) * std::fabs(f - g));
  });
  return area.value();
}

}  // namespace ri::metrics
