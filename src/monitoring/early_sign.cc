#include "monitoring/early_sign.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace ri::monitoring {
namespace {

constexpr std::size_t kGrid = 121;
constexpr int kHalvings = 50;
constexpr double kFarthest = 10;  // standard deviations
constexpr double kNever = std::numeric_limits<double>::infinity();

double Beyond(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }

double NormalDensity(double x, double deviation) {
  const double z = x / deviation;
  return std::exp(-0.5 * z * z) / (deviation * std::sqrt(2 * std::numbers::pi));
}

/// Where `chance`, which falls with its argument, comes down to `spend`.
template <typename Chance>
double EdgeFor(double spend, double farthest, const Chance& chance) {
  double low = 0;
  double high = farthest;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (chance(middle) > spend ? low : high) = middle;
  }
  return high;
}

double PointAt(double edge, std::size_t i) {
  return edge * (2 * static_cast<double>(i) / static_cast<double>(kGrid - 1) - 1);
}

/// Weights of the trapezoidal rule.
double WeightAt(double edge, std::size_t i) {
  const double step = 2 * edge / static_cast<double>(kGrid - 1);
  return i == 0 || i + 1 == kGrid ? step / 2 : step;
}

}  // namespace

void EarlySign::Look(double time, double spend) {
  std::vector<double> density(kGrid);
  double edge = 0;
  if (density_.empty()) {
    const double deviation = std::sqrt(time);
    edge = EdgeFor(spend, kFarthest * deviation,
                   [&](double at) { return 2 * Beyond(at / deviation); });
    for (std::size_t i = 0; i < kGrid; ++i) {
      density[i] = NormalDensity(PointAt(edge, i), deviation);
    }
  } else {
    const double step = std::sqrt(time - time_);
    edge = EdgeFor(spend, kFarthest * std::sqrt(time), [&](double at) {
      double outside = 0;
      for (std::size_t i = 0; i < kGrid; ++i) {
        const double x = PointAt(edge_, i);
        outside +=
            WeightAt(edge_, i) * density_[i] * (Beyond((at - x) / step) + Beyond((at + x) / step));
      }
      return outside;
    });
    for (std::size_t j = 0; j < kGrid; ++j) {
      for (std::size_t i = 0; i < kGrid; ++i) {
        density[j] += WeightAt(edge_, i) * density_[i] *
                      NormalDensity(PointAt(edge, j) - PointAt(edge_, i), step);
      }
    }
  }
  density_ = std::move(density);
  edge_ = edge;
  time_ = time;
  boundary_ = edge / std::sqrt(time);
}

void EarlySign::AddWeek(std::span<const WeeklyBet> bets) {
  const double before = variance_;
  for (const WeeklyBet& bet : bets) {
    const double chance = std::clamp(bet.win_chance, 0.0, 1.0);
    score_ += (bet.result == WeekResult::kWon ? 1 : 0) - chance;
    variance_ += chance * (1 - chance);
  }
  ++weeks_;
  const double luck = options_.ordinary_shift * options_.ordinary_shift;
  boundary_ = kNever;
  // Without new information there is nothing to look at.
  if (variance_ < options_.least_variance || variance_ <= before) {
    return;
  }
  z_ = score_ / std::sqrt(variance_ * (1 + luck * variance_));
  const double soon = std::min(1.0, static_cast<double>(weeks_) / options_.soon_weeks);
  const double late = std::clamp(static_cast<double>(weeks_ - options_.soon_weeks) /
                                     (options_.quarter_weeks - options_.soon_weeks),
                                 0.0, 1.0);
  const double due =
      options_.alpha * (options_.soon_share * soon + (1 - options_.soon_share) * late);
  const double spend = due - spent_;
  // A quarter's fourteenth week has nothing left to spend.
  if (spend <= 0) {
    return;
  }
  Look(variance_ / (1 + luck * variance_), spend);
  spent_ = due;
  seen_ = seen_ || std::fabs(z_) >= boundary_;
}

}  // namespace ri::monitoring
