#pragma once

/// What became of deals that people decided about, beside deals like them that nobody touched.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/operations_store.h"
#include "service/deal_weeks.h"

namespace ri::service {

/// Decisions of one kind, of everybody or of one person. Shares are of promises kept: won by the
/// commit date of that week and the grace.
struct DecisionOutcome {
  std::string kind;          ///< review, note, snooze, follow_up, disagree
  std::string reason_code;   ///< of disagreements; else empty
  std::int64_t user_id = 0;  ///< 0 = everybody
  std::size_t decisions = 0;
  std::size_t judged = 0;   ///< first of its kind about a deal, in a replayed week, promise due
  double kept = 0;          ///< share of the judged; NaN without
  double stated = 0;        ///< mean chance to keep the promise, said before the decision
  std::size_t matched = 0;  ///< judged ones with deals like them
  double controls = 0;      ///< share kept by those
  double difference = 0, low = 0, high = 0;  ///< kept less controls of the matched, 95 %
  bool enough = false;                       ///< at least kLeastDecisions matched
};
inline constexpr std::size_t kLeastDecisions = 30;

/// Each judged deal is compared with up to three that were open in the same week, in the same stage
/// and within a quarter of a log-odds of the same chance, and about which nobody ever decided. The
/// comparison is observational: people choose whom they look at for reasons the match does not
/// know. By (user, kind, reason), everybody first.
[[nodiscard]] std::vector<DecisionOutcome> MeasureDecisions(
    const DealWeeks& history, std::span<const data::StoredDecision> decisions);

}  // namespace ri::service
