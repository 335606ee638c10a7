#pragma once

/// Everything a feature needs to know about other deals: win rates by category, histories of
/// accounts, loads of reps, medians, the order of stages. Built in one parallel pass over the
/// deals, each played forward in the order of visibility; looked up as of any moment.

#include <cstdint>
#include <vector>

#include "features/account_history.h"
#include "features/deal_findings.h"
#include "features/entity_facts.h"
#include "features/keyed_counts.h"
#include "features/keyed_medians.h"
#include "features/rate_columns.h"
#include "features/sources.h"
#include "features/stage_tables.h"

namespace ri::features {

/// Outcomes by category: those with a moment by visibility, those without by creation of the deal.
struct RateHistory {
  KeyedCounts dated;
  KeyedCounts undated;

  [[nodiscard]] bool empty() const { return dated.empty() && undated.empty(); }
  /// Outcomes visible at `as_of`, and undated ones of deals created before `created`.
  [[nodiscard]] Counts At(std::uint32_t key, std::int64_t as_of, std::int64_t created) const {
    const Counts a = dated.At(key, as_of);
    const Counts b = undated.At(key, created - 1);
    return {a.n + b.n, a.wins + b.wins};
  }
};

/// Immutable after construction; safe to share between threads.
struct Aggregates {
  Aggregates(const data::EventLog& log, const Sources& sources, const RateColumns& rates,
             const CurrencyConverter& currencies, int num_threads);

  std::vector<RateHistory> rate_by_column;  ///< by rate column
  RateHistory rate_by_stage;                ///< deals that ever were in the stage
  RateHistory rate_by_committed_owner;      ///< deals that ever were in a commit category
  RateHistory rate_of_committed;            ///< the same, one key
  AccountHistory account_history;
  KeyedCounts undated_by_account;
  KeyedCounts open_by_owner;  ///< n is the number of open deals
  KeyedCounts open_by_account;
  /// First known amounts by product label; the last key is "no product".
  KeyedMedians amount_by_product;
  StageTables stages;
  std::vector<std::int64_t> rep_first_deal;      ///< first moment the rep was seen to own a deal
  std::vector<std::int64_t> rep_first_activity;  ///< first activity seen on a deal of the rep
  std::int64_t first_activity = kNever;
  std::vector<OpenSpan> open_spans;  ///< by deal, then time
  /// Deals with an undated outcome: first moment they were known, by deal. `to` is kNever.
  std::vector<OpenSpan> undated_spans;

 private:
  void CountOutcomes(std::vector<DealFindings>& blocks, const data::EventLog& log,
                     const Sources& sources, const RateColumns& rates, int num_threads);
};

}  // namespace ri::features
