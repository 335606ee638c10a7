#include "features/aggregates.h"

#include <algorithm>

#include "base/parallel.h"
#include "features/large_array.h"
#include "features/time_order.h"

namespace ri::features {
namespace {

/// Few large lists leave less memory behind than many small ones.
constexpr std::size_t kFewestDealsPerBlock = 4096;
constexpr std::size_t kMostDealsPerBlock = 65536;
constexpr std::size_t kFetchAhead = 8;

/// Appends one outcome with what belongs to it.
void Take(const OutcomeRecords& from, std::uint32_t index, OutcomeRecords& to) {
  OutcomeRecord record = from.records[index];
  const auto stages = from.Stages(record);
  const auto keys = from.Keys(index);
  record.first_stage = static_cast<std::uint32_t>(to.stages.size());
  to.records.push_back(record);
  to.stages.insert(to.stages.end(), stages.begin(), stages.end());
  to.keys.insert(to.keys.end(), keys.begin(), keys.end());
}

OutcomeRecords ReserveLike(const OutcomeRecords& other) {
  OutcomeRecords records;
  records.num_columns = other.num_columns;
  records.records = ReserveLarge<OutcomeRecord>(other.records.size());
  records.keys = ReserveLarge<std::uint32_t>(other.keys.size());
  records.stages = ReserveLarge<std::uint16_t>(other.stages.size());
  return records;
}

std::vector<std::int64_t> Earliest(std::size_t num_reps, const std::vector<RepMoment>& moments) {
  std::vector<std::int64_t> earliest(num_reps, kNever);
  for (const RepMoment& moment : moments) {
    earliest[moment.rep] = std::min(earliest[moment.rep], moment.time);
  }
  return earliest;
}

/// All items of one kind, in the order of the blocks, whose own lists are emptied.
template <typename T>
std::vector<T> Gather(std::vector<DealFindings>& blocks, std::vector<T> DealFindings::* member) {
  std::size_t total = 0;
  for (const DealFindings& block : blocks) {
    total += (block.*member).size();
  }
  std::vector<T> all = ReserveLarge<T>(total);
  for (DealFindings& block : blocks) {
    all.insert(all.end(), (block.*member).begin(), (block.*member).end());
    std::vector<T>().swap(block.*member);
  }
  return all;
}

OutcomeRecords Gather(std::vector<DealFindings>& blocks, OutcomeRecords DealFindings::* member) {
  OutcomeRecords all;
  std::size_t num_records = 0;
  std::size_t num_keys = 0;
  std::size_t num_stages = 0;
  for (const DealFindings& block : blocks) {
    num_records += (block.*member).records.size();
    num_keys += (block.*member).keys.size();
    num_stages += (block.*member).stages.size();
  }
  all.records.reserve(num_records);
  all.keys.reserve(num_keys);
  all.stages.reserve(num_stages);
  for (DealFindings& block : blocks) {
    all.Append(block.*member);
    block.*member = {};
  }
  return all;
}

}  // namespace

Aggregates::Aggregates(const data::EventLog& log, const Sources& sources, const RateColumns& rates,
                       const CurrencyConverter& currencies, int num_threads) {
  const std::size_t num_deals = log.count(data::EntityKind::kDeal);
  // The order of what is found does not depend on how the deals are cut into blocks.
  const std::size_t deals_per_block =
      std::clamp(num_deals / (4 * static_cast<std::size_t>(std::max(1, num_threads))) + 1,
                 kFewestDealsPerBlock, kMostDealsPerBlock);
  std::vector<DealFindings> blocks((num_deals + deals_per_block - 1) / deals_per_block);
  base::ParallelFor(num_deals, deals_per_block, num_threads,
                    [&](std::size_t begin, std::size_t end) {
                      blocks[begin / deals_per_block] =
                          CollectFindings(log, sources, rates, currencies, begin, end);
                    });
  OrderEvents(blocks);
  CountUndated(Gather(blocks, &DealFindings::undated), log, sources, rates);
  const std::size_t num_stages = sources.LabelSymbols(TextColumn::kStage).size();
  stages = StageTables(num_stages <= kMostStages ? num_stages : 0,
                       Gather(blocks, &DealFindings::stage_pairs),
                       Gather(blocks, &DealFindings::stage_stays));
  const std::size_t num_reps = log.count(data::EntityKind::kRep);
  rep_first_deal = Earliest(num_reps, Gather(blocks, &DealFindings::rep_deals));
  rep_first_activity = Earliest(num_reps, Gather(blocks, &DealFindings::rep_activities));
  for (const DealFindings& block : blocks) {
    first_activity = std::min(first_activity, block.first_activity);
  }
  open_spans = Gather(blocks, &DealFindings::open_spans);
  undated_spans = Gather(blocks, &DealFindings::undated_spans);
}

void Aggregates::OrderEvents(std::vector<DealFindings>& blocks) {
  std::uint32_t first_outcome = 0;
  for (DealFindings& block : blocks) {
    for (PeerEvent& event : block.events) {
      event.payload += event.has_outcome ? first_outcome : 0;
    }
    first_outcome += static_cast<std::uint32_t>(block.dated.records.size());
  }
  const std::vector<PeerEvent> unordered_events = Gather(blocks, &DealFindings::events);
  const OutcomeRecords unordered_outcomes = Gather(blocks, &DealFindings::dated);
  std::vector<std::int64_t> times = MakeLarge<std::int64_t>(unordered_events.size());
  std::transform(unordered_events.begin(), unordered_events.end(), times.begin(),
                 [](const PeerEvent& event) { return event.time; });
  events = ReserveLarge<PeerEvent>(unordered_events.size());
  outcomes = ReserveLike(unordered_outcomes);
  const std::vector<std::uint32_t> order = TimeOrder(times);
  for (std::size_t k = 0; k < order.size(); ++k) {
    // Deals lie in memory by number and come here by time: what comes soon is fetched in advance.
    if (k + 2 * kFetchAhead < order.size()) {
      __builtin_prefetch(&unordered_events[order[k + 2 * kFetchAhead]]);
    }
    if (k + kFetchAhead < order.size()) {
      const PeerEvent& coming = unordered_events[order[k + kFetchAhead]];
      if (coming.has_outcome) {
        const std::uint32_t ahead = coming.payload;
        __builtin_prefetch(&unordered_outcomes.records[ahead]);
        __builtin_prefetch(unordered_outcomes.Keys(ahead).data());
      }
    }
    PeerEvent event = unordered_events[order[k]];
    if (event.has_outcome) {
      const std::uint32_t from = event.payload;
      event.payload = static_cast<std::uint32_t>(outcomes.records.size());
      Take(unordered_outcomes, from, outcomes);
    }
    events.push_back(event);
  }
}

void Aggregates::CountUndated(const OutcomeRecords& records, const data::EventLog& log,
                              const Sources& sources, const RateColumns& rates) {
  has_undated = !records.records.empty();
  if (!has_undated) {
    return;
  }
  std::vector<std::int64_t> created(records.records.size());
  std::transform(records.records.begin(), records.records.end(), created.begin(),
                 [](const OutcomeRecord& record) { return record.moment; });
  const std::vector<std::uint32_t> order = TimeOrder(created);
  std::vector<CountChange> changes;
  const auto add = [&](const OutcomeRecord& record, bool counts, std::uint32_t key) {
    if (counts && key != kNoLabel) {
      changes.push_back({record.moment, key, 1, record.won ? 1 : 0});
    }
  };
  // `visit(i, record)` adds what record i contributes.
  const auto count = [&](std::size_t num_keys, const auto& visit) {
    changes.clear();
    for (const std::uint32_t i : order) {
      visit(i, records.records[i]);
    }
    return KeyedCounts(num_keys, changes);
  };
  for (std::size_t place = 0; place < rates.active().size(); ++place) {
    undated.by_column.push_back(count(rates.num_keys(rates.active()[place]),
                                      [&](std::size_t i, const OutcomeRecord& record) {
                                        add(record, record.in_rates, records.Keys(i)[place]);
                                      }));
  }
  undated.by_stage = count(sources.LabelSymbols(TextColumn::kStage).size(),
                           [&](std::size_t, const OutcomeRecord& record) {
                             for (const std::uint16_t stage : records.Stages(record)) {
                               add(record, record.in_rates, stage);
                             }
                           });
  undated.by_committed_owner =
      count(log.count(data::EntityKind::kRep), [&](std::size_t, const OutcomeRecord& record) {
        add(record, record.in_rates && record.committed, record.owner);
      });
  undated.of_committed = count(1, [&](std::size_t, const OutcomeRecord& record) {
    add(record, record.in_rates && record.committed, 0);
  });
  undated.by_account =
      count(log.count(data::EntityKind::kAccount),
            [&](std::size_t, const OutcomeRecord& record) { add(record, true, record.account); });
}

}  // namespace ri::features
