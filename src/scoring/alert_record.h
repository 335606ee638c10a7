#pragma once

/// How good alerts were on this company's own past: precision against the base rate, how early they
/// came, how often they came back. Any rule is judged alike, the model's and the naive ones.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/date.h"
#include "metrics/proportion.h"

namespace ri::scoring {

/// One open deal in one past week, with what became of the promise it carried then. A promise is a
/// deal with one commit date, however many weeks it stands.
struct JudgedWeek {
  std::string deal_id;
  domain::Date week{};
  bool flagged = false;  ///< the rule was on
  bool fired = false;    ///< it went on this week
  /// Not won by the commit date of that week plus the grace; empty while that is not known.
  std::optional<bool> missed;
  /// Day on which the miss was certain: lost, pushed out, or the grace was over.
  std::optional<domain::Date> miss_known;
  domain::Date promised{};  ///< the commit date of that week
  bool counted = true;      ///< the alert could have been raised on this promise in this week
};

/// All of it is about promises that were counted in some week and are due: alerts on others are not
/// judged, and the base rate is that of the same promises.
struct AlertRecord {
  std::size_t fired = 0;                      ///< alerts whose end is known
  std::size_t missed = 0;                     ///< of these
  double precision = 0;                       ///< missed / fired; NaN without alerts
  metrics::ShareInterval precision_interval;  ///< 95 % Jeffreys
  std::size_t promises = 0;                   ///< counted and due
  double base_rate = 0;                       ///< share of missed among them, each once
  double weeks_base_rate = 0;                 ///< the same among their counted deal-weeks
  double lift = 0;                            ///< precision / base rate; NaN when undefined
  /// Weeks from firing to certainty among alerts that were right: median; NaN without.
  double median_lead_weeks = 0;
  double refires_per_deal = 0;  ///< (fired - deals fired) / deals fired; 0 without alerts
  double recall = 0;  ///< share of missed deals that had fired before it was certain; NaN without
};

/// O(n log n).
[[nodiscard]] AlertRecord JudgeAlerts(std::span<const JudgedWeek> weeks);

}  // namespace ri::scoring
