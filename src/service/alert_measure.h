#pragma once

/// Use case: how good each alert type was on this company's own past.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scoring/alert_record.h"
#include "service/alert_desk.h"
#include "service/deal_weeks.h"
#include "service/decision_outcomes.h"

namespace ri::service {

/// One alert type as it would have fired, alone, with the budget to itself.
struct MeasuredAlert {
  std::size_t type = kMissAlert;
  scoring::AlertRecord record;
  metrics::ShareInterval lift_interval;  ///< 95 %, the precision's over the base rate
  /// Share of promises kept among alerted deals over that among all: below 1 is a good warning.
  /// Says more than the lift where most promises are missed, as the lift cannot exceed 1 / base.
  double kept_ratio = 0;
  /// Odds of a miss after an alert over the odds of any deal-week.
  double odds_ratio = 0;
  std::size_t pending = 0;  ///< fired, end not known yet
  bool enough = false;      ///< at least kLeastAlerts judged
};
inline constexpr std::size_t kLeastAlerts = 30;

/// One of the four risks, or the miss, against what happened.
struct MeasuredRisk {
  std::string name;              ///< "miss", "loss", "slip", "stall", "shrink"
  std::size_t judged = 0;        ///< deal-weeks
  double stated = 0;             ///< mean chance said
  double happened = 0;           ///< share
  double calibration_error = 0;  ///< mean |stated - happened| over ten groups of equal size
  struct Bin {
    double stated = 0, happened = 0;
    std::size_t judged = 0;
  };
  std::vector<Bin> bins;  ///< by stated chance
};

struct AlertMeasurement {
  domain::Date from{}, to{};  ///< first and last Monday
  std::size_t quarters = 0;
  std::size_t deal_weeks = 0, judged_weeks = 0;
  double base_rate = 0;   ///< of a miss among judged deal-weeks of all deals; NaN without
  double kept_share = 1;  ///< of reps, see DealWeeksRequest::max_rows
  std::vector<ReplayedModel> models;
  std::vector<MeasuredAlert> alerts;  ///< by type
  std::vector<MeasuredRisk> risks;
  std::vector<DecisionOutcome> decisions;  ///< of people; empty unless asked for
};

/// \pre rows by (week, deal). Cost: O(types x rows x log).
[[nodiscard]] Result<AlertMeasurement> MeasureAlerts(const DealWeeks& history,
                                                     const AlertSettings& settings);
/// Of one type alone, judged on the promises that this type may be raised on, or those of
/// `judged_as`, so that two types can be compared on the same.
[[nodiscard]] Result<MeasuredAlert> MeasureAlert(std::span<const DealWeek> rows, std::size_t type,
                                                 const AlertSettings& settings,
                                                 std::optional<std::size_t> judged_as = {});

[[nodiscard]] std::string AlertMeasurementJson(const AlertMeasurement& measurement);
[[nodiscard]] Result<AlertMeasurement> AlertMeasurementFrom(const std::string& json);

}  // namespace ri::service
