#include "models/close_curve.h"

#include <algorithm>

#include "base/assertion.h"

namespace ri::models {
namespace {

double At(const std::vector<double>& cumulative, int days) {
  const int last = static_cast<int>(cumulative.size()) - 1;
  return cumulative[static_cast<std::size_t>(std::clamp(days, 0, last))];
}

bool IsDistribution(const std::vector<double>& cumulative) {
  return cumulative.size() >= 2 && cumulative.front() == 0 && cumulative.back() == 1 &&
         std::is_sorted(cumulative.begin(), cumulative.end());
}

}  // namespace

CloseCurve::CloseCurve(std::vector<double> won, std::vector<double> lost)
    : won_(std::move(won)), lost_(std::move(lost)) {
  RI_ASSERT(won_.size() == lost_.size());
  RI_ASSERT(IsDistribution(won_) && IsDistribution(lost_));
}

double CloseCurve::WonWithin(int days) const { return At(won_, days); }
double CloseCurve::LostWithin(int days) const { return At(lost_, days); }

int CloseCurve::WonQuantileDays(double level) const {
  RI_ASSERT(level > 0 && level <= 1);
  return static_cast<int>(std::lower_bound(won_.begin(), won_.end(), level) - won_.begin());
}

CloseCurve CloseCurve::WithWonShare(int days, double share) const {
  RI_ASSERT(share >= 0 && share <= 1);
  if (days <= 0 || days >= horizon_days()) {
    return *this;
  }
  const auto at = static_cast<std::size_t>(days);
  const double before = won_[at];
  std::vector<double> led = won_;
  for (std::size_t k = 1; k < led.size() - 1; ++k) {
    if (k < at) {
      led[k] = before > 0 ? std::min(won_[k] / before, 1.0) * share : 0;
    } else if (k > at) {
      const double open = before < 1 ? std::min((1 - won_[k]) / (1 - before), 1.0) : 1;
      led[k] = std::min(1.0, share + (1 - share) * (1 - open));
    }
  }
  led[at] = share;
  return {std::move(led), lost_};
}

}  // namespace ri::models
