#include "monitoring/holdout.h"

#include <cmath>

#include "base/random.h"

namespace ri::monitoring {
namespace {

constexpr double kNormal95 = 1.959963984540054;

/// A line through one arm: outcome = level + slope (chance - mean chance of all rows).
struct Arm {
  double n = 0;
  double mean_chance = 0, mean_outcome = 0;
  double slope = 0;
  double residual_variance = 0;
};

Arm FitArm(std::span<const TrialRow> rows, bool shown) {
  Arm arm;
  for (const TrialRow& row : rows) {
    if (row.shown == shown) {
      arm.n += 1;
      arm.mean_chance += row.chance;
      arm.mean_outcome += row.outcome;
    }
  }
  arm.mean_chance /= arm.n;
  arm.mean_outcome /= arm.n;
  double xx = 0;
  double xy = 0;
  for (const TrialRow& row : rows) {
    if (row.shown == shown) {
      const double x = row.chance - arm.mean_chance;
      xx += x * x;
      xy += x * (row.outcome - arm.mean_outcome);
    }
  }
  arm.slope = xx > 0 ? xy / xx : 0;
  double squares = 0;
  for (const TrialRow& row : rows) {
    if (row.shown == shown) {
      const double residual =
          row.outcome - arm.mean_outcome - arm.slope * (row.chance - arm.mean_chance);
      squares += residual * residual;
    }
  }
  arm.residual_variance = squares / (arm.n - 2);
  return arm;
}

}  // namespace

bool InHoldout(std::uint64_t seed, std::string_view deal_id, double share) {
  return base::RandomStream(seed, "alert-holdout", base::HashText(deal_id)).Uniform() < share;
}

Lift EstimateLift(std::span<const TrialRow> rows) {
  Lift lift;
  double mean_chance = 0;
  for (const TrialRow& row : rows) {
    ++(row.shown ? lift.shown : lift.withheld);
    mean_chance += row.chance;
  }
  if (lift.shown < kMinimumPerArm || lift.withheld < kMinimumPerArm) {
    return lift;
  }
  const auto n = static_cast<double>(rows.size());
  mean_chance /= n;
  double spread = 0;
  for (const TrialRow& row : rows) {
    spread += (row.chance - mean_chance) * (row.chance - mean_chance);
  }
  spread /= n;
  const Arm shown = FitArm(rows, true);
  const Arm withheld = FitArm(rows, false);
  const auto level = [&](const Arm& arm) {
    return arm.mean_outcome + arm.slope * (mean_chance - arm.mean_chance);
  };
  lift.estimate = level(shown) - level(withheld);
  const double slopes = shown.slope - withheld.slope;
  // The last term is there because the deals themselves are a sample.
  const double variance = shown.residual_variance / shown.n +
                          withheld.residual_variance / withheld.n + slopes * slopes * spread / n;
  lift.enough = variance > 0;
  lift.standard_error = std::sqrt(variance);
  lift.low = lift.estimate - kNormal95 * lift.standard_error;
  lift.high = lift.estimate + kNormal95 * lift.standard_error;
  return lift;
}

}  // namespace ri::monitoring
