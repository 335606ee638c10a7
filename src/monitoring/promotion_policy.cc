#include "monitoring/promotion_policy.h"

#include <fmt/format.h>

namespace ri::monitoring {
namespace {

constexpr std::chrono::days kTrainEvery{28};

}  // namespace

bool TrainingDue(std::optional<domain::Date> last_trained, domain::Date today) {
  return !last_trained || today - *last_trained >= kTrainEvery;
}

PromotionDecision DecidePromotion(const ShadowRecord& record, domain::Date today,
                                  const domain::FiscalCalendar& calendar) {
  if (!record.gates_passed) {
    return {false, "A gate refused the challenger."};
  }
  const auto shadow_days = (today - record.shadow_since).count();
  if (shadow_days < 7 * kShadowWeeks) {
    return {false, fmt::format("The challenger has been in the shadow for {} of {} days.",
                               shadow_days, 7 * kShadowWeeks)};
  }
  const auto days_left = (calendar.QuarterEnd(today) - today).count();
  if (days_left <= 7 * kClosedWeeks) {
    return {false, fmt::format("{} days are left in the quarter; models do not change in its last "
                               "{} weeks.",
                               days_left, kClosedWeeks)};
  }
  if (!record.worse_by_at_most) {
    return {false, "No outcome of the shadow weeks is known yet."};
  }
  if (*record.worse_by_at_most >= kNonInferiority) {
    return {false, fmt::format("The challenger's log loss may be worse by up to {:.4f}; at most "
                               "{:.3f} is allowed.",
                               *record.worse_by_at_most, kNonInferiority)};
  }
  if (record.crps_difference && *record.crps_difference < 0) {
    return {true, fmt::format("Not worse per deal (by at most {:.4f}) and better for the quarter.",
                              *record.worse_by_at_most)};
  }
  if (record.simpler) {
    return {true, fmt::format("Not worse per deal (by at most {:.4f}) and simpler.",
                              *record.worse_by_at_most)};
  }
  return {false, "Not worse, but neither better for the quarter nor simpler: no reason to change."};
}

bool RollbackDue(std::span<const bool> breaches) {
  return breaches.size() >= 2 && breaches[breaches.size() - 1] && breaches[breaches.size() - 2];
}

}  // namespace ri::monitoring
