#pragma once

/// Whether a source is later than it usually is.

#include <optional>
#include <span>
#include <string>

#include "domain/date.h"

namespace ri::monitoring {

struct SourceFreshness {
  std::string source;
  std::optional<domain::Timestamp> newest;  ///< last arrival
  double age_days = 0;
  /// Median days between arrivals; empty with fewer than three arrivals.
  std::optional<double> usual_gap_days;
  bool late = false;
  std::string text;  ///< one sentence
};

/// `arrivals` are the known times of a source's imports in any order, `now` not before any of them.
/// Late: older than twice the usual gap and at least a day more than it. Without a usual gap:
/// older than ten days, because scores are weekly.
[[nodiscard]] SourceFreshness JudgeFreshness(std::string source,
                                             std::span<const domain::Timestamp> arrivals,
                                             domain::Timestamp now);

}  // namespace ri::monitoring
