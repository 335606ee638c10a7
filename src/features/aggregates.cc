#include "features/aggregates.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "features/deal_replay.h"
#include "features/outcome_ledger.h"
#include "features/time_order.h"

namespace ri::features {
namespace {

constexpr std::size_t kDealsPerBlock = 4096;

/// One outcome that counts for rates, flattened.
struct RateRecord {
  std::int64_t time = 0;
  std::int8_t sign = 1;
  bool won = false;
  bool committed = false;
  std::uint32_t num_stages = 0;
  std::size_t first_stage = 0;  ///< into RateRecords::stages
  std::uint32_t owner = kNoLabel;
};

struct RateRecords {
  std::vector<RateRecord> records;
  std::vector<std::uint32_t> keys;  ///< [record x rate column]
  std::vector<std::uint32_t> stages;

  void Add(const Contribution& contribution, std::int64_t time, int sign) {
    records.push_back({.time = time,
                       .sign = static_cast<std::int8_t>(sign),
                       .won = contribution.life.won,
                       .committed = contribution.committed,
                       .num_stages = static_cast<std::uint32_t>(contribution.stages.size()),
                       .first_stage = stages.size(),
                       .owner = contribution.owner});
    keys.insert(keys.end(), contribution.keys.begin(), contribution.keys.end());
    stages.insert(stages.end(), contribution.stages.begin(), contribution.stages.end());
  }
  void Append(const RateRecords& other) {
    const std::size_t first_stage = stages.size();
    for (RateRecord record : other.records) {
      record.first_stage += first_stage;
      records.push_back(record);
    }
    keys.insert(keys.end(), other.keys.begin(), other.keys.end());
    stages.insert(stages.end(), other.stages.begin(), other.stages.end());
  }
};

struct RepMoment {
  std::uint32_t rep = 0;
  std::int64_t time = 0;
};

/// What a block of deals has to say.
struct Findings {
  RateRecords dated;
  RateRecords undated;
  std::vector<AccountOutcome> account_outcomes;
  std::vector<CountChange> undated_accounts;
  std::vector<CountChange> owner_loads;
  std::vector<CountChange> account_loads;
  std::vector<KeyedValue> first_amounts;
  std::vector<StagePair> stage_pairs;
  std::vector<StageStay> stage_stays;
  std::vector<RepMoment> rep_deals;
  std::vector<RepMoment> rep_activities;
  std::int64_t first_activity = kNever;
  std::vector<OpenSpan> open_spans;
  std::vector<OpenSpan> undated_spans;
};

template <typename T>
void Extend(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

/// Plays deals and writes down what other deals may learn from them.
class Collector {
 public:
  Collector(const data::EventLog& log, const Sources& sources, const RateColumns& rates,
            const CurrencyConverter& currencies, Findings& findings)
      : sources_(sources),
        currencies_(currencies),
        findings_(findings),
        num_products_(sources.LabelSymbols(TextColumn::kProduct).size()),
        order_stages_(sources.LabelSymbols(TextColumn::kStage).size() <= kMostStages),
        replay_(log, sources, ~0U, false),
        ledger_(sources, rates, currencies) {}

  void Collect(std::size_t deal) {
    replay_.Start(deal);
    ledger_.Start();
    loaded_owner_ = loaded_account_ = kNoLabel;
    has_first_amount_ = false;
    is_open_ = false;
    has_undated_ = false;
    has_undated_span_ = false;
    visited_.clear();
    replay_.AdvanceTo(kNever - 1,
                      [&](std::int64_t now, unsigned changes) { OnChange(now, changes); });
  }

 private:
  void OnChange(std::int64_t now, unsigned changes) {
    if ((changes & DealReplay::kLife) != 0) {
      OnLife(now);
    }
    const std::uint32_t owner = replay_.owner_index();
    if ((changes & (DealReplay::kLife | DealReplay::kOwner | DealReplay::kAccount)) != 0) {
      const bool counts = replay_.IsOpen();
      Load(findings_.owner_loads, loaded_owner_, counts ? owner : kNoLabel, now);
      Load(findings_.account_loads, loaded_account_, counts ? replay_.account_index() : kNoLabel,
           now);
    }
    if ((changes & DealReplay::kOwner) != 0 && owner != kNoLabel) {
      findings_.rep_deals.push_back({owner, now});
    }
    if ((changes & DealReplay::kFirstActivity) != 0) {
      findings_.first_activity = std::min(findings_.first_activity, now);
      if (owner != kNoLabel) {
        findings_.rep_activities.push_back({owner, now});
      }
    }
    if ((changes & DealReplay::kFirstAmount) != 0 && !has_first_amount_) {
      AddFirstAmount(now);
    }
    if ((changes & DealReplay::kStage) != 0 && order_stages_) {
      AddStagePairs(now);
    }
  }

  void OnLife(std::int64_t now) {
    ledger_.Settle(replay_, now, [&](const Contribution& contribution, int sign) {
      if (contribution.in_rates) {
        findings_.dated.Add(contribution, now, sign);
        if (sign > 0 && contribution.life.won && order_stages_) {
          AddStays(contribution.life, now);
        }
      }
      if (contribution.in_history && contribution.account != kNoLabel) {
        findings_.account_outcomes.push_back({.time = now,
                                              .account = contribution.account,
                                              .deal = replay_.deal(),
                                              .closed = contribution.life.closed,
                                              .amount = contribution.amount,
                                              .won = contribution.life.won,
                                              .sign = static_cast<std::int8_t>(sign)});
      }
    });
    const auto episode = static_cast<std::uint32_t>(replay_.lives().size() - 1);
    const bool open = replay_.IsOpen();
    if (is_open_ && (!open || findings_.open_spans.back().episode != episode)) {
      findings_.open_spans.back().to = now;
      is_open_ = false;
    }
    if (open && !is_open_) {
      findings_.open_spans.push_back({.deal = replay_.deal(), .episode = episode, .from = now});
      is_open_ = true;
    }
    if (replay_.undated_outcome() != data::kNoValue) {
      if (!has_undated_) {
        AddUndated(now);
        has_undated_ = true;
      }
      if (!has_undated_span_ && replay_.is_qualified() && !replay_.is_deleted()) {
        findings_.undated_spans.push_back({.deal = replay_.deal(), .from = now});
        has_undated_span_ = true;
      }
    }
  }

  /// With the categories known when the outcome itself became known, so that later events change
  /// nothing. A source gives a deal either dated outcomes or an undated one.
  void AddUndated(std::int64_t now) {
    const std::int64_t outcome = replay_.undated_outcome();
    const bool won = sources_.outcomes().IsWon(outcome);
    if (!won && !sources_.outcomes().IsLost(outcome)) {
      return;
    }
    const std::int64_t created = replay_.opened_first();
    const std::int64_t excluded = replay_.value(Slot::kExcluded);
    const Contribution contribution =
        ledger_.Describe(replay_, {.opened = created, .won = won}, now);
    if (excluded == data::kNoValue) {
      findings_.undated.Add(contribution, created, +1);
    }
    if (contribution.account != kNoLabel && !sources_.IsUnrealReason(excluded)) {
      findings_.undated_accounts.push_back({created, contribution.account, 1, won ? 1 : 0});
    }
  }

  static void Load(std::vector<CountChange>& loads, std::uint32_t& loaded, std::uint32_t key,
                   std::int64_t now) {
    if (loaded == key) {
      return;
    }
    if (loaded != kNoLabel) {
      loads.push_back({now, loaded, -1, 0});
    }
    if (key != kNoLabel) {
      loads.push_back({now, key, +1, 0});
    }
    loaded = key;
  }

  void AddFirstAmount(std::int64_t now) {
    const std::int64_t minor_units = replay_.amount().latest();
    if (minor_units <= 0) {
      return;
    }
    has_first_amount_ = true;
    const std::uint32_t product =
        sources_.Label(TextColumn::kProduct, replay_.value(Slot::kProduct));
    findings_.first_amounts.push_back(
        {now, product == kNoLabel ? static_cast<std::uint32_t>(num_products_) : product,
         currencies_.ToMajorUnits(minor_units, replay_.value(Slot::kCurrency), now)});
  }

  void AddStagePairs(std::int64_t now) {
    const auto week = static_cast<std::int32_t>(WeekThatSees(now));
    for (const HistoryEntry& entry : replay_.stage().entries()) {
      const std::uint32_t stage = sources_.Label(TextColumn::kStage, entry.value);
      const bool known = std::any_of(visited_.begin(), visited_.end(),
                                     [&](const Visit& visit) { return visit.stage == stage; });
      if (stage == kNoLabel || known) {
        continue;
      }
      const auto label = static_cast<std::uint16_t>(stage);
      for (const Visit& visit : visited_) {
        const auto other = static_cast<std::uint16_t>(visit.stage);
        findings_.stage_pairs.push_back(visit.entered <= entry.event_time
                                            ? StagePair{week, other, label}
                                            : StagePair{week, label, other});
      }
      if (visited_.empty()) {
        findings_.stage_pairs.push_back({week, label, label});  // only says that it exists
      }
      visited_.push_back({stage, entry.event_time});
    }
  }

  void AddStays(const Life& life, std::int64_t now) {
    const auto entries = replay_.stage().entries();
    const auto week = static_cast<std::int32_t>(WeekThatSees(now));
    for (std::size_t i = 0; i < entries.size() && entries[i].event_time < life.closed;) {
      std::size_t next = i + 1;
      while (next < entries.size() && entries[next].value == entries[i].value) {
        ++next;
      }
      const std::int64_t from = std::max(entries[i].event_time, life.opened);
      const std::int64_t to =
          next < entries.size() ? std::min(entries[next].event_time, life.closed) : life.closed;
      const std::uint32_t stage = sources_.Label(TextColumn::kStage, entries[i].value);
      if (stage != kNoLabel && to >= from) {
        const std::int64_t days = std::min<std::int64_t>((to - from) / kDay, kLongestStay);
        findings_.stage_stays.push_back(
            {week, static_cast<std::uint16_t>(stage), static_cast<std::uint16_t>(days)});
      }
      i = next;
    }
  }

  struct Visit {
    std::uint32_t stage;
    std::int64_t entered;
  };

  const Sources& sources_;
  const CurrencyConverter& currencies_;
  Findings& findings_;
  std::size_t num_products_;
  bool order_stages_;
  DealReplay replay_;
  OutcomeLedger ledger_;
  std::uint32_t loaded_owner_ = kNoLabel;
  std::uint32_t loaded_account_ = kNoLabel;
  bool has_first_amount_ = false;
  bool is_open_ = false;
  bool has_undated_ = false;
  bool has_undated_span_ = false;
  std::vector<Visit> visited_;
};

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

KeyedCounts CountByKey(std::size_t num_keys, const std::vector<CountChange>& changes) {
  const std::vector<CountChange> sorted = InTimeOrder(changes);
  return {num_keys, sorted.size(), [&](std::size_t i) { return sorted[i]; }};
}

/// The three families of rates from the flattened records.
class RateBuilder {
 public:
  explicit RateBuilder(const RateRecords& records) : records_(records) {
    std::vector<std::int64_t> times(records.records.size());
    std::transform(records.records.begin(), records.records.end(), times.begin(),
                   [](const RateRecord& record) { return record.time; });
    order_ = TimeOrder(times);
  }
  [[nodiscard]] KeyedCounts ByColumn(std::size_t column, std::size_t num_columns,
                                     std::size_t num_keys) const {
    return {num_keys, order_.size(), [&](std::size_t i) {
              const RateRecord& record = records_.records[order_[i]];
              return Change(record, records_.keys[order_[i] * num_columns + column]);
            }};
  }
  [[nodiscard]] KeyedCounts ByStage(std::size_t num_keys) const {
    std::vector<CountChange> changes;
    changes.reserve(records_.stages.size());
    for (const std::uint32_t i : order_) {
      const RateRecord& record = records_.records[i];
      for (std::uint32_t j = 0; j < record.num_stages; ++j) {
        changes.push_back(Change(record, records_.stages[record.first_stage + j]));
      }
    }
    return {num_keys, changes.size(), [&](std::size_t i) { return changes[i]; }};
  }
  /// Of deals that were in a commit category: by owner, or all under key 0.
  [[nodiscard]] KeyedCounts OfCommitted(std::size_t num_keys, bool by_owner) const {
    return {num_keys, order_.size(), [&](std::size_t i) {
              const RateRecord& record = records_.records[order_[i]];
              const std::uint32_t key = by_owner ? record.owner : 0;
              return Change(record, record.committed ? key : kNoLabel);
            }};
  }

 private:
  [[nodiscard]] static CountChange Change(const RateRecord& record, std::uint32_t key) {
    return {record.time, key, record.sign, record.won ? record.sign : 0};
  }
  const RateRecords& records_;
  std::vector<std::uint32_t> order_;
};

std::vector<std::int64_t> Earliest(std::size_t num_reps, const std::vector<RepMoment>& moments) {
  std::vector<std::int64_t> earliest(num_reps, kNever);
  for (const RepMoment& moment : moments) {
    earliest[moment.rep] = std::min(earliest[moment.rep], moment.time);
  }
  return earliest;
}

Findings Merge(const std::vector<Findings>& blocks) {
  Findings all;
  for (const Findings& block : blocks) {
    all.dated.Append(block.dated);
    all.undated.Append(block.undated);
    Extend(all.account_outcomes, block.account_outcomes);
    Extend(all.undated_accounts, block.undated_accounts);
    Extend(all.owner_loads, block.owner_loads);
    Extend(all.account_loads, block.account_loads);
    Extend(all.first_amounts, block.first_amounts);
    Extend(all.stage_pairs, block.stage_pairs);
    Extend(all.stage_stays, block.stage_stays);
    Extend(all.rep_deals, block.rep_deals);
    Extend(all.rep_activities, block.rep_activities);
    Extend(all.open_spans, block.open_spans);
    Extend(all.undated_spans, block.undated_spans);
    all.first_activity = std::min(all.first_activity, block.first_activity);
  }
  return all;
}

}  // namespace

Aggregates::Aggregates(const data::EventLog& log, const Sources& sources, const RateColumns& rates,
                       const CurrencyConverter& currencies, int num_threads) {
  const std::size_t num_deals = log.count(data::EntityKind::kDeal);
  const std::size_t num_reps = log.count(data::EntityKind::kRep);
  const std::size_t num_accounts = log.count(data::EntityKind::kAccount);
  std::vector<Findings> blocks((num_deals + kDealsPerBlock - 1) / kDealsPerBlock);
  base::ParallelFor(
      num_deals, kDealsPerBlock, num_threads, [&](std::size_t begin, std::size_t end) {
        Collector collector(log, sources, rates, currencies, blocks[begin / kDealsPerBlock]);
        for (std::size_t deal = begin; deal < end; ++deal) {
          collector.Collect(deal);
        }
      });
  const Findings all = Merge(blocks);
  blocks.clear();

  const RateBuilder dated(all.dated);
  const RateBuilder undated(all.undated);
  const std::size_t num_columns = rates.size();
  rate_by_column.resize(num_columns);
  base::ParallelFor(num_columns, 1, num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t column = begin; column < end; ++column) {
      const std::size_t num_keys = rates.num_keys(column);
      rate_by_column[column] = {dated.ByColumn(column, num_columns, num_keys),
                                undated.ByColumn(column, num_columns, num_keys)};
    }
  });
  const std::size_t num_stages = sources.LabelSymbols(TextColumn::kStage).size();
  rate_by_stage = {dated.ByStage(num_stages), undated.ByStage(num_stages)};
  rate_by_committed_owner = {dated.OfCommitted(num_reps, true),
                             undated.OfCommitted(num_reps, true)};
  rate_of_committed = {dated.OfCommitted(1, false), undated.OfCommitted(1, false)};
  account_history = AccountHistory(num_accounts, InTimeOrder(all.account_outcomes));
  undated_by_account = CountByKey(num_accounts, all.undated_accounts);
  open_by_owner = CountByKey(num_reps, all.owner_loads);
  open_by_account = CountByKey(num_accounts, all.account_loads);
  amount_by_product = KeyedMedians(sources.LabelSymbols(TextColumn::kProduct).size() + 1,
                                   InTimeOrder(all.first_amounts));
  stages =
      StageTables(num_stages <= kMostStages ? num_stages : 0, all.stage_pairs, all.stage_stays);
  rep_first_deal = Earliest(num_reps, all.rep_deals);
  rep_first_activity = Earliest(num_reps, all.rep_activities);
  first_activity = all.first_activity;
  open_spans = all.open_spans;
  undated_spans = all.undated_spans;
}

}  // namespace ri::features
