#pragma once

/// From what the model says about a deal's end to what a person needs to decide on.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/date.h"
#include "domain/fiscal_calendar.h"
#include "models/deal_outcome_model.h"

namespace ri::scoring {

/// Dates that matter for one deal.
struct DealDates {
  domain::Date as_of{};
  std::optional<domain::Date> commit_date;  ///< the CRM close date while open
  domain::Date quarter_end{};               ///< day after the last day of the quarter of as_of
  domain::Date next_quarter_end{};          ///< the same of the quarter after
};

/// Chances and dates; NaN or empty where the model has no timing or the deal no commit date.
struct DealRisks {
  double win_by_quarter_end;
  double win_by_next_quarter_end;
  double win_by_commit_date;  ///< up to and including that day; NaN when it has passed
  double slip;  ///< chance to be still open after the commit date; 1 when it has passed
  double loss;  ///< chance never to be won
  /// Chance not to be won by the commit date plus two weeks' grace; `loss` without a date.
  double miss;
  std::optional<domain::Date> close_p10, close_p50, close_p90;  ///< closing day, given a win
};

inline constexpr int kGraceDays = 14;

/// `outlook` is empty for a model without timing.
[[nodiscard]] DealRisks RisksOf(const models::Prediction& prediction,
                                const std::optional<models::Outlook>& outlook,
                                const DealDates& dates);

/// What excess risk compares: deals of the same peer group. \pre equal lengths
struct PeerInput {
  std::string group;  ///< stage and weeks to the commit date
  double not_missed;  ///< 1 - miss
};

/// Log-odds by which each deal is worse than the mean of its peers (> 0 = worse), so that early
/// deals are not all red. Groups of fewer than `min_peers` are compared with all deals. NaN where
/// the input is NaN.
[[nodiscard]] std::vector<double> ExcessRisk(std::span<const PeerInput> deals,
                                             std::size_t min_peers = 10);

/// Weeks to the commit date as a peer bucket: "overdue", "0-2 weeks", "3-6 weeks", "7-13 weeks",
/// "later", "no date".
[[nodiscard]] std::string WeeksToCommitBucket(domain::Date as_of,
                                              const std::optional<domain::Date>& commit_date);

/// What a conversation can still change: amount x p (1 - p), the variance of the outcome in money.
/// 0 without an amount.
[[nodiscard]] double AmountAtStake(double amount, double win_probability);

}  // namespace ri::scoring
