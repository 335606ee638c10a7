#include "features/peer_sweep.h"

#include <algorithm>
#include <cmath>

namespace ri::features {
namespace {

void Change(Counts& counts, const OutcomeRecord& record) {
  counts.n += record.sign;
  counts.wins += record.won ? record.sign : 0;
}

}  // namespace

PeerSweep::PeerSweep(const Aggregates& aggregates, const data::EventLog& log,
                     const Sources& sources, const RateColumns& rates)
    : aggregates_(aggregates),
      by_column_(rates.size()),
      by_stage_(sources.LabelSymbols(TextColumn::kStage).size()),
      by_committed_owner_(log.count(data::EntityKind::kRep)),
      by_account_(log.count(data::EntityKind::kAccount)),
      wins_of_account_(log.count(data::EntityKind::kAccount), kNoLabel),
      open_by_owner_(log.count(data::EntityKind::kRep), 0),
      open_by_account_(log.count(data::EntityKind::kAccount), 0),
      amounts_(sources.LabelSymbols(TextColumn::kProduct).size() + 1) {
  for (std::size_t column = 0; column < rates.size(); ++column) {
    by_column_[column].resize(rates.num_keys(column));
    if (rates.num_keys(column) > 0) {
      active_columns_.push_back(static_cast<std::uint32_t>(column));
    }
  }
}

void PeerSweep::AdvanceTo(std::int64_t time) {
  const std::vector<OutcomeRecord>& outcomes = aggregates_.outcomes.records;
  while (next_outcome_ < outcomes.size() && outcomes[next_outcome_].time <= time) {
    Count(next_outcome_++);
  }
  const std::vector<LoadChange>& loads = aggregates_.loads;
  for (; next_load_ < loads.size() && loads[next_load_].time <= time; ++next_load_) {
    const LoadChange& load = loads[next_load_];
    const auto move = [](std::vector<std::int32_t>& open, std::uint32_t from, std::uint32_t to) {
      if (from != kNoLabel) {
        --open[from];
      }
      if (to != kNoLabel) {
        ++open[to];
      }
    };
    move(open_by_owner_, load.old_owner, load.new_owner);
    move(open_by_account_, load.old_account, load.new_account);
  }
  const std::vector<FirstAmount>& amounts = aggregates_.first_amounts;
  for (; next_amount_ < amounts.size() && amounts[next_amount_].time <= time; ++next_amount_) {
    amounts_[amounts[next_amount_].product].Add(amounts[next_amount_].amount);
  }
}

void PeerSweep::Count(std::size_t index) {
  const OutcomeRecord& record = aggregates_.outcomes.records[index];
  if (record.in_rates) {
    const auto keys = aggregates_.outcomes.Keys(index);
    for (const std::uint32_t column : active_columns_) {
      if (keys[column] != kNoLabel) {
        Change(by_column_[column][keys[column]], record);
      }
    }
    for (const std::uint32_t stage : aggregates_.outcomes.Stages(record)) {
      Change(by_stage_[stage], record);
    }
    if (record.committed) {
      Change(of_committed_, record);
      if (record.owner != kNoLabel) {
        Change(by_committed_owner_[record.owner], record);
      }
    }
  }
  if (record.account != kNoLabel) {
    CountInAccount(record);
  }
}

void PeerSweep::CountInAccount(const OutcomeRecord& record) {
  Change(by_account_[record.account], record);
  if (!record.won) {
    return;
  }
  std::uint32_t& slot = wins_of_account_[record.account];
  if (slot == kNoLabel) {
    slot = static_cast<std::uint32_t>(wins_.size());
    wins_.emplace_back();
  }
  AccountWins& account = wins_[slot];
  if (record.sign > 0) {
    account.wins.push_back({record.closed, record.amount, record.deal});
    account.last_won = std::max(account.last_won, record.closed);
    if (!std::isnan(record.amount)) {
      account.amounts.Add(record.amount);
    }
    return;
  }
  // Taken back: rare, so that what is left is simply counted again.
  const auto place = std::find_if(account.wins.begin(), account.wins.end(), [&](const Win& win) {
    return win.deal == record.deal && win.closed == record.closed;
  });
  if (place != account.wins.end()) {
    account.wins.erase(place);
  }
  account.amounts.Clear();
  account.last_won = std::numeric_limits<std::int64_t>::min();
  for (const Win& win : account.wins) {
    account.last_won = std::max(account.last_won, win.closed);
    if (!std::isnan(win.amount)) {
      account.amounts.Add(win.amount);
    }
  }
}

AccountRecord PeerSweep::OfAccount(std::uint32_t account) const {
  AccountRecord record{.counts = by_account_[account]};
  const std::uint32_t slot = wins_of_account_[account];
  if (slot != kNoLabel && !wins_[slot].wins.empty()) {
    record.last_won = wins_[slot].last_won;
    if (!wins_[slot].amounts.empty()) {
      record.median_won_amount = wins_[slot].amounts.value();
    }
  }
  return record;
}

AccountRecord PeerSweep::OfAccountWithout(std::uint32_t account, std::uint32_t deal) const {
  AccountRecord record{.counts = by_account_[account]};
  const std::uint32_t slot = wins_of_account_[account];
  if (slot == kNoLabel) {
    return record;
  }
  RunningMedian amounts;
  for (const Win& win : wins_[slot].wins) {
    if (win.deal == deal) {
      continue;
    }
    record.last_won =
        record.last_won == kNever ? win.closed : std::max(record.last_won, win.closed);
    if (!std::isnan(win.amount)) {
      amounts.Add(win.amount);
    }
  }
  if (!amounts.empty()) {
    record.median_won_amount = amounts.value();
  }
  return record;
}

}  // namespace ri::features
