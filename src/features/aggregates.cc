#include "features/aggregates.h"

#include <algorithm>
#include <utility>

#include "base/parallel.h"
#include "features/time_order.h"

namespace ri::features {
namespace {

constexpr std::size_t kDealsPerBlock = 4096;

/// Items in ascending order of their `time`.
template <typename Item>
std::vector<Item> InTimeOrder(const std::vector<Item>& items) {
  std::vector<std::int64_t> times(items.size());
  std::transform(items.begin(), items.end(), times.begin(),
                 [](const Item& item) { return item.time; });
  std::vector<Item> sorted;
  sorted.reserve(items.size());
  for (const std::uint32_t i : TimeOrder(times)) {
    sorted.push_back(items[i]);
  }
  return sorted;
}

/// The change that one item makes to the counts of a key; calls `add(key, n)` for each.
template <typename Keys>
KeyedCounts CountOpen(std::size_t num_keys, const std::vector<LoadChange>& loads, Keys keys) {
  if (num_keys == 0) {
    return {};
  }
  std::vector<CountChange> changes;
  changes.reserve(loads.size());
  for (const LoadChange& load : loads) {
    const auto [from, to] = keys(load);
    if (from == to) {
      continue;
    }
    if (from != kNoLabel) {
      changes.push_back({load.time, from, -1, 0});
    }
    if (to != kNoLabel) {
      changes.push_back({load.time, to, +1, 0});
    }
  }
  return {num_keys, changes.size(), [&](std::size_t i) { return changes[i]; }};
}

/// Outcomes in the order in which they count, and the counts made of them.
class OutcomesInOrder {
 public:
  OutcomesInOrder(const OutcomeRecords& all, std::size_t num_columns)
      : all_(all), num_columns_(num_columns) {
    std::vector<std::int64_t> times(all.records.size());
    std::transform(all.records.begin(), all.records.end(), times.begin(),
                   [](const OutcomeRecord& record) { return record.time; });
    order_ = TimeOrder(times);
    sorted_.reserve(order_.size());
    for (const std::uint32_t i : order_) {
      sorted_.push_back(all.records[i]);
    }
  }

  [[nodiscard]] KeyedCounts ByColumn(std::size_t column, std::size_t num_keys) const {
    return Count(num_keys,
                 [&](std::size_t i) { return all_.keys[order_[i] * num_columns_ + column]; });
  }
  [[nodiscard]] KeyedCounts ByStage(std::size_t num_keys) const {
    std::vector<CountChange> changes;
    changes.reserve(all_.stages.size());
    for (const OutcomeRecord& record : sorted_) {
      for (std::uint32_t j = 0; record.in_rates && j < record.num_stages; ++j) {
        changes.push_back(Change(record, all_.stages[record.first_stage + j]));
      }
    }
    return {num_keys, changes.size(), [&](std::size_t i) { return changes[i]; }};
  }
  /// Of deals that were in a commit category: by owner, or all under key 0.
  [[nodiscard]] KeyedCounts OfCommitted(std::size_t num_keys, bool by_owner) const {
    return Count(num_keys, [&](std::size_t i) {
      return !sorted_[i].committed ? kNoLabel : (by_owner ? sorted_[i].owner : 0);
    });
  }
  [[nodiscard]] KeyedCounts ByAccount(std::size_t num_accounts) const {
    return {num_accounts, sorted_.size(),
            [&](std::size_t i) { return Change(sorted_[i], sorted_[i].account); }};
  }
  [[nodiscard]] std::vector<AccountOutcome> OfAccounts() const {
    std::vector<AccountOutcome> outcomes;
    outcomes.reserve(sorted_.size());
    for (const OutcomeRecord& record : sorted_) {
      if (record.account != kNoLabel) {
        outcomes.push_back({.time = record.time,
                            .account = record.account,
                            .deal = record.deal,
                            .closed = record.closed,
                            .amount = record.amount,
                            .won = record.won,
                            .sign = record.sign});
      }
    }
    return outcomes;
  }

 private:
  [[nodiscard]] static CountChange Change(const OutcomeRecord& record, std::uint32_t key) {
    return {record.time, key, record.sign, record.won ? record.sign : 0};
  }
  template <typename Key>
  [[nodiscard]] KeyedCounts Count(std::size_t num_keys, Key key_of) const {
    if (num_keys == 0 || sorted_.empty()) {
      return {};
    }
    std::vector<CountChange> changes;
    changes.reserve(sorted_.size());
    for (std::size_t i = 0; i < sorted_.size(); ++i) {
      const std::uint32_t key = sorted_[i].in_rates ? key_of(i) : kNoLabel;
      if (key != kNoLabel) {
        changes.push_back(Change(sorted_[i], key));
      }
    }
    return {num_keys, changes.size(), [&](std::size_t i) { return changes[i]; }};
  }

  const OutcomeRecords& all_;
  std::size_t num_columns_;
  std::vector<std::uint32_t> order_;
  std::vector<OutcomeRecord> sorted_;
};

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
  CountOutcomes(blocks, log, sources, rates, num_threads);
  const std::size_t num_reps = log.count(data::EntityKind::kRep);
  const std::size_t num_stages = sources.LabelSymbols(TextColumn::kStage).size();
  const std::vector<LoadChange> loads = InTimeOrder(Gather(blocks, &DealFindings::loads));
  open_by_owner = CountOpen(num_reps, loads, [](const LoadChange& load) {
    return std::pair(load.old_owner, load.new_owner);
  });
  open_by_account = CountOpen(
      log.count(data::EntityKind::kAccount), loads,
      [](const LoadChange& load) { return std::pair(load.old_account, load.new_account); });
  amount_by_product = KeyedMedians(sources.LabelSymbols(TextColumn::kProduct).size() + 1,
                                   InTimeOrder(Gather(blocks, &DealFindings::first_amounts)));
  stages = StageTables(num_stages <= kMostStages ? num_stages : 0,
                       Gather(blocks, &DealFindings::stage_pairs),
                       Gather(blocks, &DealFindings::stage_stays));
  rep_first_deal = Earliest(num_reps, Gather(blocks, &DealFindings::rep_deals));
  rep_first_activity = Earliest(num_reps, Gather(blocks, &DealFindings::rep_activities));
  for (const DealFindings& block : blocks) {
    first_activity = std::min(first_activity, block.first_activity);
  }
  open_spans = Gather(blocks, &DealFindings::open_spans);
  undated_spans = Gather(blocks, &DealFindings::undated_spans);
}

void Aggregates::CountOutcomes(std::vector<DealFindings>& blocks, const data::EventLog& log,
                               const Sources& sources, const RateColumns& rates, int num_threads) {
  const OutcomeRecords all_dated = Gather(blocks, &DealFindings::dated);
  const OutcomeRecords all_undated = Gather(blocks, &DealFindings::undated);
  const OutcomesInOrder dated(all_dated, rates.size());
  const OutcomesInOrder undated(all_undated, rates.size());
  rate_by_column.resize(rates.size());
  base::ParallelFor(rates.size(), 1, num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t column = begin; column < end; ++column) {
      const std::size_t num_keys = rates.num_keys(column);
      rate_by_column[column] = {dated.ByColumn(column, num_keys),
                                undated.ByColumn(column, num_keys)};
    }
  });
  const std::size_t num_stages = sources.LabelSymbols(TextColumn::kStage).size();
  const std::size_t num_reps = log.count(data::EntityKind::kRep);
  const std::size_t num_accounts = log.count(data::EntityKind::kAccount);
  rate_by_stage = {dated.ByStage(num_stages), undated.ByStage(num_stages)};
  if (sources.HasCommitCategories()) {
    rate_by_committed_owner = {dated.OfCommitted(num_reps, true),
                               undated.OfCommitted(num_reps, true)};
    rate_of_committed = {dated.OfCommitted(1, false), undated.OfCommitted(1, false)};
  }
  account_history = AccountHistory(num_accounts, dated.OfAccounts());
  undated_by_account = undated.ByAccount(num_accounts);
}

}  // namespace ri::features
