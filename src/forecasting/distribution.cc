#include "forecasting/distribution.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/assertion.h"
#include "base/sum.h"

namespace ri::forecasting {
namespace {

constexpr double kMassTolerance = 1e-9;
// In cells. A point reached up to rounding of amounts counts as reached: grids of forecasts are
// moved by less than this to keep their means exact.
constexpr double kReachedTolerance = 1e-3;

}  // namespace

Distribution::Distribution(double origin, double cell, std::vector<double> masses)
    : origin_(origin), cell_(cell), masses_(std::move(masses)) {
  const double total = base::Sum(masses_);
  base::CompensatedSum index_mean;
  base::CompensatedSum running;
  cumulative_.resize(masses_.size());
  for (std::size_t k = 0; k < masses_.size(); ++k) {
    masses_[k] /= total;
    index_mean.Add(masses_[k] * static_cast<double>(k));
    running.Add(masses_[k]);
    cumulative_[k] = std::min(1.0, running.value());
  }
  cumulative_.back() = 1;
  mean_ = origin_ + cell_ * index_mean.value();
  base::CompensatedSum squares;
  for (std::size_t k = 0; k < masses_.size(); ++k) {
    const double distance = static_cast<double>(k) - index_mean.value();
    squares.Add(masses_[k] * distance * distance);
  }
  variance_ = cell_ * cell_ * squares.value();
}

Distribution Distribution::Point(double value) { return {value, 1.0, {1.0}}; }

Result<Distribution> Distribution::FromMasses(double origin, double cell,
                                              std::vector<double> masses) {
  if (masses.empty() || !std::isfinite(origin) || !(cell > 0) || !std::isfinite(cell)) {
    return Fail(ErrorCode::kBadInput,
                "A distribution needs a finite origin, a positive cell and at least one mass.");
  }
  for (const double mass : masses) {
    if (!(mass >= 0) || !std::isfinite(mass)) {
      return Fail(ErrorCode::kBadInput, "A probability mass is negative or not a number.");
    }
  }
  if (std::fabs(base::Sum(masses) - 1) > kMassTolerance) {
    return Fail(ErrorCode::kBadInput, "Probability masses do not sum to 1.");
  }
  const auto positive = [](double mass) { return mass > 0; };
  const auto first = std::find_if(masses.begin(), masses.end(), positive);
  const auto last = std::find_if(masses.rbegin(), masses.rend(), positive).base();
  const double shift = cell * static_cast<double>(first - masses.begin());
  return Distribution(origin + shift, cell, std::vector<double>(first, last));
}

Result<Distribution> Distribution::FromSamples(std::span<const double> samples,
                                               std::size_t max_cells) {
  if (samples.empty() || max_cells < 2) {
    return Fail(ErrorCode::kBadInput, "An empirical distribution needs at least one sample.");
  }
  if (!std::ranges::all_of(samples, [](double x) { return std::isfinite(x); })) {
    return Fail(ErrorCode::kBadInput, "A sample of an empirical distribution is not finite.");
  }
  const auto [low, high] = std::ranges::minmax(samples);
  if (low == high) {
    return Point(low);
  }
  const double cell = (high - low) / static_cast<double>(max_cells - 1);
  std::vector<double> masses(max_cells, 0.0);
  const double weight = 1 / static_cast<double>(samples.size());
  for (const double sample : samples) {
    const double position = std::min((sample - low) / cell, static_cast<double>(max_cells - 1));
    const double floor = std::floor(position);
    const auto k = static_cast<std::size_t>(floor);
    const double upper = position - floor;
    masses[k] += weight * (1 - upper);
    if (upper > 0) {
      masses[k + 1] += weight * upper;
    }
  }
  return FromMasses(low, cell, std::move(masses));
}

double Distribution::standard_deviation() const { return std::sqrt(variance_); }

double Distribution::Cdf(double x) const {
  const double position = std::floor((x - origin_) / cell_ + kReachedTolerance);
  if (!(position >= 0)) {
    return 0;
  }
  if (position >= static_cast<double>(masses_.size() - 1)) {
    return 1;
  }
  return cumulative_[static_cast<std::size_t>(position)];
}

double Distribution::ProbabilityAtLeast(double x) const {
  const double position = std::ceil((x - origin_) / cell_ - kReachedTolerance);
  if (!(position > 0)) {
    return 1;
  }
  if (position > static_cast<double>(masses_.size() - 1)) {
    return 0;
  }
  return 1 - cumulative_[static_cast<std::size_t>(position) - 1];
}

double Distribution::Quantile(double p) const {
  RI_ASSERT(p >= 0 && p <= 1);
  // Rounding in the running sum must not push an exact level to the next point.
  constexpr double kLevelTolerance = 1e-13;
  const auto at = std::lower_bound(cumulative_.begin(), cumulative_.end(), p - kLevelTolerance);
  return value(static_cast<std::size_t>(std::min(at, cumulative_.end() - 1) - cumulative_.begin()));
}

double Distribution::ExpectedShortfallBelow(double x) const {
  base::CompensatedSum sum;
  for (std::size_t k = 0; k < masses_.size() && value(k) < x; ++k) {
    sum.Add(masses_[k] * (x - value(k)));
  }
  return sum.value();
}

double Distribution::LowerTailMean(double p) const {
  const double edge = Quantile(p) + 0.5 * cell_;
  base::CompensatedSum mass;
  base::CompensatedSum first_moment;
  for (std::size_t k = 0; k < masses_.size() && value(k) < edge; ++k) {
    mass.Add(masses_[k]);
    first_moment.Add(masses_[k] * value(k));
  }
  return first_moment.value() / mass.value();
}

double Distribution::Crps(double y) const {
  // Between two grid points F is constant; the outcome cuts one of these pieces in two.
  base::CompensatedSum sum;
  const double last = value(masses_.size() - 1);
  if (y < origin_) {
    sum.Add(origin_ - y);
  } else if (y > last) {
    sum.Add(y - last);
  }
  for (std::size_t k = 0; k + 1 < masses_.size(); ++k) {
    const double below = std::clamp((y - value(k)) / cell_, 0.0, 1.0);
    const double f = cumulative_[k];
    sum.Add(cell_ * (below * f * f + (1 - below) * (1 - f) * (1 - f)));
  }
  return sum.value();
}

Distribution Distribution::ScaledAboutMedian(double lambda) const {
  RI_ASSERT(lambda > 0);
  const double median = Quantile(0.5);
  return {median + lambda * (origin_ - median), cell_ * lambda, masses_};
}

Distribution Distribution::Shifted(double amount) const {
  return {origin_ + amount, cell_, masses_};
}

}  // namespace ri::forecasting
