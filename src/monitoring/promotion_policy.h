#pragma once

/// When a new model may take over and when the old one must come back. Pure decisions: the caller
/// trains, stores and switches.

#include <optional>
#include <span>
#include <string>

#include "domain/date.h"
#include "domain/fiscal_calendar.h"

namespace ri::monitoring {

/// A candidate is due a month after the last training, or at once without any.
[[nodiscard]] bool TrainingDue(std::optional<domain::Date> last_trained, domain::Date today);

/// What is known about a challenger after its shadow weeks.
struct ShadowRecord {
  domain::Date shadow_since{};
  bool gates_passed = false;
  /// Upper 90 % bound of challenger's minus champion's log loss on matured labels; empty when none
  /// have matured.
  std::optional<double> worse_by_at_most;
  /// Challenger's minus champion's CRPS of the quarter forecast; empty when not known.
  std::optional<double> crps_difference;
  bool simpler = false;  ///< a lower rung of the ladder than the champion
};

struct PromotionDecision {
  bool promote = false;
  std::string reason;  ///< one sentence, whatever the decision
};

inline constexpr int kShadowWeeks = 4;
inline constexpr int kClosedWeeks = 3;  ///< at the end of a quarter numbers must not jump
inline constexpr double kNonInferiority = 0.002;

/// Promote only outside the last three weeks of a quarter, after four weeks in the shadow, with
/// gates passed, not inferior, and better at the quarter or simpler.
[[nodiscard]] PromotionDecision DecidePromotion(const ShadowRecord& record, domain::Date today,
                                                const domain::FiscalCalendar& calendar);

/// Two failed checks of the champion in a row (calibration or coverage), newest last, call the
/// version before it back.
[[nodiscard]] bool RollbackDue(std::span<const bool> breaches);

}  // namespace ri::monitoring
