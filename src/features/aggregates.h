#pragma once

/// What all deals together teach: the outcomes, owners, accounts and amounts of all in the order in
/// which they became visible, the order of stages, when reps were first seen. Built in one parallel
/// pass over the deals, each played forward; read by peer_sweep.h.

#include <cstdint>
#include <vector>

#include "features/deal_findings.h"
#include "features/keyed_counts.h"
#include "features/rate_columns.h"
#include "features/sources.h"
#include "features/stage_tables.h"

namespace ri::features {

/// Counts of outcomes without a moment, over the creation of their deals.
struct UndatedCounts {
  std::vector<KeyedCounts> by_column;  ///< by active rate column
  KeyedCounts by_stage;
  KeyedCounts by_committed_owner;
  KeyedCounts of_committed;  ///< one key
  KeyedCounts by_account;
};

/// Immutable after construction; safe to share between threads.
struct Aggregates {
  Aggregates(const data::EventLog& log, const Sources& sources, const RateColumns& rates,
             const CurrencyConverter& currencies, int num_threads);

  // In ascending order of time; what has the same time is in the order of the deals.
  std::vector<PeerEvent> events;
  OutcomeRecords outcomes;  ///< those of `events`, in their order

  bool has_undated = false;
  UndatedCounts undated;
  StageTables stages;
  std::vector<std::int64_t> rep_first_deal;      ///< first moment the rep was seen to own a deal
  std::vector<std::int64_t> rep_first_activity;  ///< first activity seen on a deal of the rep
  std::int64_t first_activity = kNever;
  std::vector<OpenSpan> open_spans;  ///< by deal, then time
  /// Deals with an undated outcome: first moment they were known, by deal. `to` is kNever.
  std::vector<OpenSpan> undated_spans;

 private:
  void OrderEvents(std::vector<DealFindings>& blocks);
  void CountUndated(const OutcomeRecords& records, const data::EventLog& log,
                    const Sources& sources, const RateColumns& rates);
};

}  // namespace ri::features
