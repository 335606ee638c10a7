#include "features/aggregates.h"

#include <algorithm>

#include "base/parallel.h"
#include "features/time_order.h"

namespace ri::features {
namespace {

constexpr std::size_t kDealsPerBlock = 4096;

template <typename Item>
std::vector<std::uint32_t> OrderOf(const std::vector<Item>& items) {
  std::vector<std::int64_t> times(items.size());
  std::transform(items.begin(), items.end(), times.begin(),
                 [](const Item& item) { return item.time; });
  return TimeOrder(times);
}

template <typename Item>
std::vector<Item> InTimeOrder(const std::vector<Item>& items) {
  std::vector<Item> sorted;
  sorted.reserve(items.size());
  for (const std::uint32_t i : OrderOf(items)) {
    sorted.push_back(items[i]);
  }
  return sorted;
}

OutcomeRecords InTimeOrder(const OutcomeRecords& all) {
  OutcomeRecords sorted;
  sorted.num_columns = all.num_columns;
  sorted.records.reserve(all.records.size());
  sorted.keys.reserve(all.keys.size());
  sorted.stages.reserve(all.stages.size());
  for (const std::uint32_t i : OrderOf(all.records)) {
    OutcomeRecord record = all.records[i];
    const auto stages = all.stages.begin() + record.first_stage;
    record.first_stage = static_cast<std::uint32_t>(sorted.stages.size());
    sorted.records.push_back(record);
    sorted.stages.insert(sorted.stages.end(), stages, stages + record.num_stages);
    const auto keys = all.keys.begin() + static_cast<std::ptrdiff_t>(i * all.num_columns);
    sorted.keys.insert(sorted.keys.end(), keys,
                       keys + static_cast<std::ptrdiff_t>(all.num_columns));
  }
  return sorted;
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
  std::vector<T> all;
  all.reserve(total);
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
  std::vector<DealFindings> blocks((num_deals + kDealsPerBlock - 1) / kDealsPerBlock);
  base::ParallelFor(num_deals, kDealsPerBlock, num_threads,
                    [&](std::size_t begin, std::size_t end) {
                      blocks[begin / kDealsPerBlock] =
                          CollectFindings(log, sources, rates, currencies, begin, end);
                    });
  outcomes = InTimeOrder(Gather(blocks, &DealFindings::dated));
  loads = InTimeOrder(Gather(blocks, &DealFindings::loads));
  first_amounts = InTimeOrder(Gather(blocks, &DealFindings::first_amounts));
  CountUndated(InTimeOrder(Gather(blocks, &DealFindings::undated)), log, sources, rates);
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

void Aggregates::CountUndated(const OutcomeRecords& records, const data::EventLog& log,
                              const Sources& sources, const RateColumns& rates) {
  has_undated = !records.records.empty();
  undated.by_column.resize(rates.size());
  if (!has_undated) {
    return;
  }
  std::vector<CountChange> changes;
  const auto add = [&](const OutcomeRecord& record, bool counts, std::uint32_t key) {
    if (counts && key != kNoLabel) {
      changes.push_back({record.time, key, 1, record.won ? 1 : 0});
    }
  };
  // `visit(i, record)` adds what record i contributes.
  const auto count = [&](std::size_t num_keys, const auto& visit) {
    changes.clear();
    for (std::size_t i = 0; i < records.records.size(); ++i) {
      visit(i, records.records[i]);
    }
    return KeyedCounts(num_keys, changes);
  };
  for (std::size_t column = 0; column < rates.size(); ++column) {
    undated.by_column[column] =
        count(rates.num_keys(column), [&](std::size_t i, const OutcomeRecord& record) {
          add(record, record.in_rates, records.Keys(i)[column]);
        });
  }
  undated.by_stage = count(sources.LabelSymbols(TextColumn::kStage).size(),
                           [&](std::size_t, const OutcomeRecord& record) {
                             for (const std::uint32_t stage : records.Stages(record)) {
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
