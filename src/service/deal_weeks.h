#pragma once

/// Every open deal on every Monday of past quarters: what was said of it then, by a model that
/// could not know the end, and what became of it. What alerts, worklists and decisions are judged
/// on.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "book/prepared_model.h"
#include "book/reporting_amount.h"
#include "book/risk_tables.h"
#include "book/score_snapshots.h"
#include "book/workspace.h"
#include "domain/date.h"
#include "domain/fiscal_calendar.h"
#include "scoring/deal_rules.h"

namespace ri::service {

/// What became of the promise that a deal carried on a Monday: to be won by its commit date of
/// that day and the grace (scoring::kGraceDays).
struct PromiseEnd {
  /// Empty when there was no date, when the grace was already over on that Monday, or when it is
  /// not over yet: early ends alone would not stand for all.
  std::optional<bool> missed;
  /// Day on which the miss was certain to people: lost, moved beyond the grace, or grace over.
  std::optional<domain::Date> known;
};

/// One open deal on one past Monday.
struct DealWeek {
  std::uint32_t deal = 0, episode = 0;
  domain::Date week{};
  std::string deal_id;
  std::optional<std::size_t> owner;  ///< rep index
  std::string stage, category;
  double amount = 0;  ///< reporting currency, major units; NaN without one
  double win = 0;     ///< chance ever to be won
  double loss = 0, slip = 0, stall = 0, shrink = 0;  ///< chances; NaN where not known
  double risk = 0;                                   ///< points, chance of a miss
  double excess_risk = 0;                            ///< log-odds against the peers of that Monday
  scoring::RuleFacts facts;
  std::optional<domain::Date> commit_date;
  PromiseEnd promise;
  std::optional<bool> won;      ///< ever, as far as known; empty while open
  std::optional<bool> slipped;  ///< still open after the commit date
  std::optional<bool> stalled;  ///< no stage advance and no two-way contact in the next 28 days
  std::optional<bool> shrunk;   ///< won for less than nine tenths; only of won deals
};

struct DealWeeksRequest {
  std::size_t quarters = 8;  ///< newest ones, the running one included
  domain::Timestamp as_of{};
  int bags = 2;             ///< seeds averaged in each trained model
  std::size_t origins = 2;  ///< rolling origins of each training
  std::size_t max_training_rows = 60'000;
  /// Beyond so many rows whole reps are left out by a coin on their key, so that the budget of
  /// each rep that stays is what it was.
  std::size_t max_rows = 600'000;
};

/// One replayed quarter.
struct ReplayedModel {
  domain::Quarter quarter;
  std::string family;  ///< "trees", "ridge and trees", "ridge", "stage table", "base rate"
};

struct DealWeeks {
  std::vector<DealWeek> rows;  ///< by (week, deal, episode)
  std::vector<ReplayedModel> models;
  double kept_share = 1;  ///< of reps
};

/// How the scores stay out of time: the rows of a quarter are scored by a model trained with its
/// first day as the cut. Training uses features as of before the cut and outcomes that were
/// visible before it, and the tables of stall and shrink are learned at the same moment; features
/// of a Monday use what was visible then. So no score knows anything of its own quarter or later.
/// What became of the deals is read as of `as_of`.
/// kRefused when no quarter has two full quarters of history before it. Cost: one training per
/// quarter, then the features of every open deal on every Monday.
[[nodiscard]] Result<DealWeeks> ReplayDealWeeks(const book::Knowledge& knowledge,
                                                const book::ReportingAmounts& amounts,
                                                const domain::FiscalCalendar& calendar,
                                                const DealWeeksRequest& request, int num_threads,
                                                base::Progress& progress);

/// The rows of given scores of one or several Mondays, without what became of them; excess risk is
/// against the deals of the same Monday.
[[nodiscard]] std::vector<DealWeek> DealWeeksOf(const book::Knowledge& knowledge,
                                                const book::ReportingAmounts& amounts,
                                                const book::SnapshotScores& scores);

/// Fills in what became of the rows as known at `known`.
void JudgeDealWeeks(const book::Knowledge& knowledge, domain::Timestamp known,
                    const book::SnapshotScores& scores, std::span<DealWeek> rows);

}  // namespace ri::service
