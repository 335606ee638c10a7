#pragma once

/// All alert types of a company, advanced week by week under one budget per rep: the model's own
/// first, then the rules. The same in a replay of the past and in the weekly run.

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scoring/alert_policy.h"
#include "service/alert_settings.h"
#include "service/deal_weeks.h"

namespace ri::service {

struct DeskEvent {
  std::size_t type = kMissAlert;
  scoring::AlertChange change = scoring::AlertChange::kFired;
  std::size_t row = 0;  ///< of the week's rows; of no meaning for kGone
  std::string deal_id;
};

/// Whether an alert type holds for a deal this week, before hysteresis and budget. The model's own
/// needs time ahead (AlertSettings::least_days_ahead).
[[nodiscard]] bool AlertHolds(std::size_t type, const DealWeek& row, const AlertSettings& settings);

/// Whether an alert type may be raised on the deal this week, whatever its numbers: the model's own
/// only for deals the team counts on, and with time ahead; a rule always.
[[nodiscard]] bool MayFire(std::size_t type, const DealWeek& row, const AlertSettings& settings);

/// Thread safety: one thread.
class AlertDesk {
 public:
  explicit AlertDesk(const AlertSettings& settings);

  /// Takes the open deals of one Monday (a reopened deal counts once) and returns what changed, by
  /// type, then deal id. Muted types rest and forget. kUsage when the week is not after the one
  /// before.
  Result<std::vector<DeskEvent>> Advance(domain::Date week, std::span<const DealWeek> rows);

  [[nodiscard]] std::optional<domain::Date> last_week() const { return last_week_; }
  [[nodiscard]] std::string ToJson() const;
  [[nodiscard]] static Result<AlertDesk> FromJson(std::string_view json,
                                                  const AlertSettings& settings);

 private:
  AlertSettings settings_;
  std::vector<scoring::AlertBook> books_;
  std::optional<domain::Date> last_week_;
};

}  // namespace ri::service
