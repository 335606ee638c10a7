#include "features/peer_sweep.h"

#include <algorithm>
#include <cmath>

namespace ri::features {
namespace {

void Change(Counts& counts, const OutcomeRecord& record) {
  counts.n += record.sign;
  counts.wins += record.won ? record.sign : 0;
}

std::int64_t LaterWin(std::int64_t last_won, std::int64_t closed) {
  return last_won == kNever ? closed : std::max(last_won, closed);
}

}  // namespace

PeerSweep::PeerSweep(const Aggregates& aggregates, const data::EventLog& log,
                     const Sources& sources, const RateColumns& rates)
    : aggregates_(aggregates),
      by_stage_(sources.LabelSymbols(TextColumn::kStage).size()),
      by_committed_owner_(log.count(data::EntityKind::kRep)),
      accounts_(log.count(data::EntityKind::kAccount)),
      open_by_owner_(log.count(data::EntityKind::kRep), 0),
      amounts_(sources.LabelSymbols(TextColumn::kProduct).size() + 1) {
  for (const std::uint32_t column : rates.active()) {
    by_column_.emplace_back(rates.num_keys(column));
  }
}

void PeerSweep::AdvanceTo(std::int64_t time) {
  constexpr std::size_t kFetchAhead = 8;
  const std::vector<PeerEvent>& events = aggregates_.events;
  for (; next_event_ < events.size() && events[next_event_].time <= time; ++next_event_) {
    if (next_event_ + kFetchAhead < events.size()) {
      const PeerEvent& ahead = events[next_event_ + kFetchAhead];
      const std::uint32_t account = std::min(ahead.old_account, ahead.new_account);
      if (account != kNoLabel) {
        FetchAccount(account);
      }
    }
    const PeerEvent& event = events[next_event_];
    if (event.old_owner != kNoLabel) {
      --open_by_owner_[event.old_owner];
    }
    if (event.new_owner != kNoLabel) {
      ++open_by_owner_[event.new_owner];
    }
    if (event.old_account != kNoLabel) {
      --accounts_[event.old_account].num_open;
    }
    if (event.new_account != kNoLabel) {
      ++accounts_[event.new_account].num_open;
    }
    if (event.has_amount()) {
      amounts_[event.product].Add(static_cast<double>(event.amount()));
    } else if (event.has_outcome) {
      Count(event.payload);
    }
  }
}

void PeerSweep::Count(std::size_t index) {
  const OutcomeRecord& record = aggregates_.outcomes.records[index];
  if (record.in_rates) {
    const auto keys = aggregates_.outcomes.Keys(index);
    for (std::size_t place = 0; place < keys.size(); ++place) {
      if (keys[place] != kNoLabel) {
        Change(by_column_[place][keys[place]], record);
      }
    }
    for (const std::uint16_t stage : aggregates_.outcomes.Stages(record)) {
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
  AccountRecord& account = accounts_[record.account];
  Change(account.counts, record);
  if (!record.won) {
    return;
  }
  if (account.wins_slot == kNoLabel) {
    account.wins_slot = static_cast<std::uint32_t>(wins_.size());
    wins_.emplace_back();
  }
  AccountWins& detail = wins_[account.wins_slot];
  if (record.sign > 0) {
    detail.wins.push_back({record.moment, record.amount, record.deal});
    account.last_won = LaterWin(account.last_won, record.moment);
    if (!std::isnan(record.amount)) {
      detail.amounts.Add(static_cast<double>(record.amount));
      account.median_won_amount = detail.amounts.value();
    }
    return;
  }
  // Taken back: rare, so that what is left is simply counted again.
  const auto place = std::find_if(detail.wins.begin(), detail.wins.end(), [&](const Win& win) {
    return win.deal == record.deal && win.closed == record.moment;
  });
  if (place != detail.wins.end()) {
    detail.wins.erase(place);
  }
  Recount(detail.wins, kNoLabel, account, detail.amounts);
}

void PeerSweep::Recount(const std::vector<Win>& wins, std::uint32_t without, AccountRecord& account,
                        RunningMedian& amounts) {
  account.last_won = kNever;
  std::vector<double> known;
  for (const Win& win : wins) {
    if (win.deal == without) {
      continue;
    }
    account.last_won = LaterWin(account.last_won, win.closed);
    if (!std::isnan(win.amount)) {
      known.push_back(static_cast<double>(win.amount));
    }
  }
  amounts.Assign(std::move(known));
  account.median_won_amount =
      amounts.empty() ? std::numeric_limits<double>::quiet_NaN() : amounts.value();
}

AccountRecord PeerSweep::OfAccountWithout(std::uint32_t account, std::uint32_t deal) const {
  AccountRecord record = accounts_[account];
  if (record.wins_slot == kNoLabel) {
    return record;
  }
  const std::vector<Win>& wins = wins_[record.wins_slot].wins;
  if (std::ranges::find(wins, deal, &Win::deal) != wins.end()) {
    RunningMedian amounts;
    Recount(wins, deal, record, amounts);
  }
  return record;
}

}  // namespace ri::features
