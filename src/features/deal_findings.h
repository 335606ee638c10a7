#pragma once

/// What single deals contribute to the knowledge about all: collected deal by deal, in parallel,
/// and put in order by aggregates.h.

#include <bit>
#include <cstdint>
#include <limits>
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
  std::int64_t moment = 0;  ///< of closing; of creation when the outcome is undated
  float amount = 0;         ///< major units of the corporate currency; NaN when not known
  std::uint32_t deal = 0;
  std::uint32_t owner = kNoLabel;
  std::uint32_t account = kNoLabel;  ///< kNoLabel also when it is no history of an account
  std::uint32_t first_stage = 0;     ///< into OutcomeRecords::stages
  std::uint16_t num_stages = 0;
  std::int8_t sign = 1;  ///< -1: an earlier record is taken back
  bool won : 1 = false;
  bool committed : 1 = false;
  bool in_rates : 1 = false;
};

struct OutcomeRecords {
  std::size_t num_columns = 0;  ///< active rate columns
  std::vector<OutcomeRecord> records;
  std::vector<std::uint32_t> keys;    ///< [record x active rate column]
  std::vector<std::uint16_t> stages;  ///< labels

  void Add(const Contribution& contribution, std::span<const std::uint32_t> active_columns,
           std::uint32_t deal, std::int64_t moment, int sign);
  void Append(const OutcomeRecords& other);
  [[nodiscard]] std::span<const std::uint32_t> Keys(std::size_t record) const {
    return {keys.data() + record * num_columns, num_columns};
  }
  [[nodiscard]] std::span<const std::uint16_t> Stages(const OutcomeRecord& record) const {
    return {stages.data() + record.first_stage, record.num_stages};
  }
};

/// Something about a deal that others may know from `time` on. Any of its parts may be void.
struct PeerEvent {
  static constexpr std::uint16_t kNoProduct = std::numeric_limits<std::uint16_t>::max();

  std::int64_t time = 0;
  /// The open deal moved from one owner and account to another, or to and from nobody.
  std::uint32_t old_owner = kNoLabel;
  std::uint32_t new_owner = kNoLabel;
  std::uint32_t old_account = kNoLabel;
  std::uint32_t new_account = kNoLabel;
  /// Index into OutcomeRecords, or the first positive amount as the bits of a float.
  std::uint32_t payload = 0;
  /// The event holds a first amount: label of the product, or their number for "none".
  std::uint16_t product = kNoProduct;
  bool has_outcome = false;  ///< the event holds an outcome that came in or was taken back

  [[nodiscard]] bool has_amount() const { return product != kNoProduct; }
  [[nodiscard]] float amount() const { return std::bit_cast<float>(payload); }
};
static_assert(sizeof(PeerEvent) == 32 && sizeof(OutcomeRecord) == 32);

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
