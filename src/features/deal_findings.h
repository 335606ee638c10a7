#pragma once

/// What single deals contribute to the knowledge about all: collected deal by deal, in parallel,
/// and put in order by aggregates.h.

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "features/entity_facts.h"
#include "features/outcome_ledger.h"
#include "features/rate_columns.h"
#include "features/sources.h"
#include "features/stage_tables.h"

namespace ri::features {

/// A stretch of time in which a deal was known to be open pipeline.
struct OpenSpan {
  std::uint32_t deal = 0;
  std::uint32_t episode = 0;
  std::int64_t from = 0;     ///< first moment it was known to be open
  std::int64_t to = kNever;  ///< first moment it was not any more
};

/// One outcome, counted or taken back, flattened.
struct OutcomeRecord {
  std::int64_t created = 0;  ///< of the deal
  std::int64_t closed = 0;
  double amount = 0;
  std::uint32_t deal = 0;
  std::uint32_t owner = kNoLabel;
  std::uint32_t account = kNoLabel;  ///< kNoLabel also when it is no history of an account
  std::uint32_t first_stage = 0;     ///< into OutcomeRecords::stages
  std::uint16_t num_stages = 0;
  std::int8_t sign = 1;
  bool won = false;
  bool committed = false;
  bool in_rates = false;
};

struct OutcomeRecords {
  std::size_t num_columns = 0;
  std::vector<OutcomeRecord> records;
  std::vector<std::uint32_t> keys;  ///< [record x rate column]
  std::vector<std::uint32_t> stages;

  void Add(const Contribution& contribution, std::uint32_t deal, std::int64_t created, int sign) {
    records.push_back({.created = created,
                       .closed = contribution.life.closed,
                       .amount = contribution.amount,
                       .deal = deal,
                       .owner = contribution.owner,
                       .account = contribution.in_history ? contribution.account : kNoLabel,
                       .first_stage = static_cast<std::uint32_t>(stages.size()),
                       .num_stages = static_cast<std::uint16_t>(contribution.stages.size()),
                       .sign = static_cast<std::int8_t>(sign),
                       .won = contribution.life.won,
                       .committed = contribution.committed,
                       .in_rates = contribution.in_rates});
    num_columns = contribution.keys.size();
    keys.insert(keys.end(), contribution.keys.begin(), contribution.keys.end());
    stages.insert(stages.end(), contribution.stages.begin(), contribution.stages.end());
  }
  void Append(const OutcomeRecords& other) {
    const auto first_stage = static_cast<std::uint32_t>(stages.size());
    num_columns = std::max(num_columns, other.num_columns);
    for (OutcomeRecord record : other.records) {
      record.first_stage += first_stage;
      records.push_back(record);
    }
    keys.insert(keys.end(), other.keys.begin(), other.keys.end());
    stages.insert(stages.end(), other.stages.begin(), other.stages.end());
  }
  [[nodiscard]] std::span<const std::uint32_t> Keys(std::size_t record) const {
    return {keys.data() + record * num_columns, num_columns};
  }
  [[nodiscard]] std::span<const std::uint32_t> Stages(const OutcomeRecord& record) const {
    return {stages.data() + record.first_stage, record.num_stages};
  }
};

/// Something about a deal that others may know from `time` on. Any of its parts may be void.
struct PeerEvent {
  std::int64_t time = 0;
  /// The open deal moved from one owner and account to another, or to and from nobody.
  std::uint32_t old_owner = kNoLabel;
  std::uint32_t new_owner = kNoLabel;
  std::uint32_t old_account = kNoLabel;
  std::uint32_t new_account = kNoLabel;
  /// The first positive amount: label of the product, whose number of labels stands for "none".
  std::uint32_t product = kNoLabel;
  float amount = 0;  ///< major units of the corporate currency
  /// An outcome came in or was taken back.
  std::uint32_t outcome = kNoLabel;  ///< into OutcomeRecords
};

/// A rep was seen to own a deal, or to have an activity on one.
struct RepMoment {
  std::uint32_t rep = 0;
  std::int64_t time = 0;
};

/// What a block of deals has to say; within a deal in the order of visibility.
struct DealFindings {
  std::vector<PeerEvent> events;
  OutcomeRecords dated;  ///< those of `events`
  OutcomeRecords undated;
  std::vector<StagePair> stage_pairs;
  std::vector<StageStay> stage_stays;
  std::vector<RepMoment> rep_deals;
  std::vector<RepMoment> rep_activities;
  std::int64_t first_activity = kNever;
  std::vector<OpenSpan> open_spans;
  std::vector<OpenSpan> undated_spans;
};

/// Plays the deals [begin, end) forward. Linear in their events.
[[nodiscard]] DealFindings CollectFindings(const data::EventLog& log, const Sources& sources,
                                           const RateColumns& rates,
                                           const CurrencyConverter& currencies, std::size_t begin,
                                           std::size_t end);

}  // namespace ri::features
