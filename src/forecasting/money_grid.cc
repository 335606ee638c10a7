#include "forecasting/money_grid.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "base/assertion.h"

namespace ri::forecasting {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kSmallestLength = 16;
// Cells kept free at each edge: rounding of the window and the neighbours that a split touches.
constexpr double kMarginCells = 4;
// Rounding one amount moves it by less than a cell, with a variance of at most 1/4: by Hoeffding's
// inequality the sum of n roundings stays within this times sqrt(n) but for 1e-15.
constexpr double kRoundingReach = 4.2;
// Slopes of the exponential moments that are tried, in units of 1 / standard deviation.
constexpr double kFirstSlope = 0.5;
constexpr double kSlopeRatio = 1.25;
constexpr std::size_t kNumSlopes = 24;

// ln sum_k weights[k] exp(exponents[k]), exponents produced by a callable.
template <typename Exponent>
double LogMix(std::span<const double> weights, const Exponent& exponent) {
  double largest = -kInfinity;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    if (weights[k] > 0) {
      largest = std::max(largest, exponent(k));
    }
  }
  if (!std::isfinite(largest)) {
    return largest;
  }
  double sum = 0;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    sum += weights[k] > 0 ? weights[k] * std::exp(exponent(k) - largest) : 0.0;
  }
  return largest + std::log(sum);
}

// ln E exp(slope * sum of a group | global node), an upper bound; slope may be negative.
double GroupLogMoment(const GroupMoments& group, const FactorQuadrature& quadrature, std::size_t g,
                      double slope) {
  const std::uint32_t* lanes = quadrature.lane_of.data() + g * quadrature.num_team();
  const double m = group.largest;
  const double bennett = m > 0 ? (std::expm1(slope * m) - slope * m) / (m * m) : 0.0;
  return LogMix(quadrature.team_weight, [&](std::size_t t) {
    const std::uint32_t lane = lanes[t];
    return slope * group.mean[lane] + (slope > 0 ? bennett * group.variance[lane]
                                                 : 0.5 * slope * slope * group.second_moment[lane]);
  });
}

// E exp(slope * severity) - 1.
double SeverityExponentialMoment(const NewBusiness& business, double slope) {
  double severity = 0;
  for (const SeverityAtom& atom : business.severity) {
    severity += atom.probability * std::expm1(slope * atom.amount);
  }
  return severity;
}

double BusinessLogMoment(const NewBusiness& business, const NewBusinessMixing& mixing,
                         std::size_t g, double severity_moment) {
  return LogMix(mixing.given(g), [&](std::size_t k) {
    return business.expected_count * mixing.multiplier[k] * severity_moment;
  });
}

// Standard deviation at the most variable global node: the scale of the slopes.
double LargestDeviation(std::span<const GroupMoments> groups,
                        std::span<const NewBusiness* const> business,
                        std::span<const NewBusinessMixing> mixing,
                        const FactorQuadrature& quadrature) {
  double largest = 0;
  for (std::size_t g = 0; g < quadrature.num_global(); ++g) {
    const std::uint32_t* lanes = quadrature.lane_of.data() + g * quadrature.num_team();
    double variance = 0;
    for (const GroupMoments& group : groups) {
      double mean = 0;
      double second = 0;
      for (std::size_t t = 0; t < quadrature.num_team(); ++t) {
        const double w = quadrature.team_weight[t];
        const double m = group.mean[lanes[t]];
        mean += w * m;
        second += w * (group.variance[lanes[t]] + m * m);
      }
      variance += std::max(0.0, second - mean * mean);
    }
    for (std::size_t b = 0; b < business.size(); ++b) {
      double first = 0;
      double second = 0;
      for (std::size_t k = 0; k < mixing[b].num_u(); ++k) {
        first += mixing[b].given(g)[k] * mixing[b].multiplier[k];
        second += mixing[b].given(g)[k] * mixing[b].multiplier[k] * mixing[b].multiplier[k];
      }
      const double count = business[b]->expected_count;
      const double severity = SeverityMean(*business[b]);
      variance += count * first * SeveritySecondMoment(*business[b]) +
                  count * count * severity * severity * std::max(0.0, second - first * first);
    }
    largest = std::max(largest, variance);
  }
  return std::sqrt(largest);
}

double EdgeCells(std::size_t num_deals, std::size_t max_cells) {
  const auto n = static_cast<double>(num_deals);
  const double reach = std::ceil(std::min(n, kRoundingReach * std::sqrt(n)));
  return kMarginCells + std::min(reach, static_cast<double>(max_cells / 8));
}

std::optional<std::int64_t> WholeCents(double amount) {
  constexpr double kLargest = 9e15;
  const double cents = amount * 100;
  const double rounded = std::round(cents);
  if (!(cents < kLargest) || std::fabs(cents - rounded) > 1e-6 * std::max(1.0, cents * 1e-9)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(rounded);
}

}  // namespace

Window BoundRevenue(std::span<const GroupMoments> groups,
                    std::span<const NewBusiness* const> business,
                    std::span<const NewBusinessMixing> mixing, const FactorQuadrature& quadrature) {
  RI_ASSERT(business.size() == mixing.size());
  double support = 0;
  for (const GroupMoments& group : groups) {
    support += group.total;
  }
  if (!business.empty()) {
    support = kInfinity;
  }
  const double deviation = LargestDeviation(groups, business, mixing, quadrature);
  if (deviation == 0) {
    double mean = 0;
    for (const GroupMoments& group : groups) {
      mean += group.mean.front();
    }
    return {mean, mean};
  }
  // The moments of the severities are the same at every global node.
  std::array<double, kNumSlopes> slopes;
  std::vector<std::array<std::array<double, 2>, kNumSlopes>> severities(business.size());
  for (std::size_t k = 0; k < kNumSlopes; ++k) {
    slopes[k] = kFirstSlope * std::pow(kSlopeRatio, static_cast<double>(k)) / deviation;
    for (std::size_t b = 0; b < business.size(); ++b) {
      severities[b][k] = {SeverityExponentialMoment(*business[b], slopes[k]),
                          SeverityExponentialMoment(*business[b], -slopes[k])};
    }
  }
  Window window{kInfinity, 0};
  for (std::size_t g = 0; g < quadrature.num_global(); ++g) {
    const double allowed = std::log(quadrature.global_weight[g] / kWindowTail);
    if (allowed <= 0) {
      continue;  // The whole node weighs less than the tail: left to the other nodes' windows.
    }
    double high = kInfinity;
    double low = -kInfinity;
    for (std::size_t k = 0; k < kNumSlopes; ++k) {
      const double slope = slopes[k];
      double up = 0;
      double down = 0;
      for (const GroupMoments& group : groups) {
        up += GroupLogMoment(group, quadrature, g, slope);
        down += GroupLogMoment(group, quadrature, g, -slope);
      }
      for (std::size_t b = 0; b < business.size(); ++b) {
        up += BusinessLogMoment(*business[b], mixing[b], g, severities[b][k][0]);
        down += BusinessLogMoment(*business[b], mixing[b], g, severities[b][k][1]);
      }
      if (std::isfinite(up)) {
        high = std::min(high, (up + allowed) / slope);
      }
      if (std::isfinite(down)) {
        low = std::max(low, -(down + allowed) / slope);
      }
    }
    window.high = std::max(window.high, high);
    window.low = std::min(window.low, low);
  }
  window.low = std::clamp(window.low, 0.0, support);
  window.high = std::clamp(window.high, window.low, support);
  RI_ASSERT(std::isfinite(window.high));
  return window;
}

MoneyGrid ChooseGrid(Window window, std::span<const double> amounts, RoundedDeals rounded,
                     std::size_t max_cells) {
  RI_ASSERT(std::has_single_bit(max_cells) && max_cells >= kSmallestLength);
  const double width = window.high - window.low;
  std::int64_t divisor = 0;
  for (const double amount : amounts) {
    const auto cents = WholeCents(amount);
    if (!cents.has_value()) {
      divisor = 0;
      break;
    }
    divisor = std::gcd(divisor, *cents);
  }
  MoneyGrid grid;
  if (divisor > 0) {
    const double cell = static_cast<double>(divisor) / 100;
    const double needed = std::ceil(width / cell) + 3;
    if (needed <= static_cast<double>(max_cells)) {
      grid.cell = cell;
      grid.length = std::max(kSmallestLength, std::bit_ceil(static_cast<std::size_t>(needed)));
      grid.first = static_cast<std::int64_t>(std::floor(window.low / cell));
      grid.exact = true;
      return grid;
    }
  }
  const double below = EdgeCells(rounded.losses, max_cells);
  const double above = EdgeCells(rounded.gains, max_cells);
  grid.length = max_cells;
  grid.cell = width > 0 ? width / (static_cast<double>(max_cells) - below - above) : 1.0;
  grid.first = static_cast<std::int64_t>(std::floor(window.low / grid.cell) - below);
  return grid;
}

}  // namespace ri::forecasting
