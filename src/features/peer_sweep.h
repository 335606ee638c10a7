#pragma once

/// The state of everything other deals teach, at a moment that only moves forward. Where all
/// questions are asked in the order of time, an answer is a look into a small table.

#include <cstdint>
#include <limits>
#include <vector>

#include "features/aggregates.h"
#include "features/keyed_counts.h"
#include "features/running_median.h"

namespace ri::features {

struct AccountRecord {
  Counts counts;
  std::int64_t last_won = kNever;  ///< event time; kNever when nothing was won
  double median_won_amount = std::numeric_limits<double>::quiet_NaN();
  std::int32_t num_open = 0;           ///< open deals
  std::uint32_t wins_slot = kNoLabel;  ///< of the sweep
};

/// Thread safety: one thread per object.
class PeerSweep {
 public:
  /// Stands before everything.
  PeerSweep(const Aggregates& aggregates, const data::EventLog& log, const Sources& sources,
            const RateColumns& rates);

  /// Takes in everything visible at `time`. \pre not earlier than before
  void AdvanceTo(std::int64_t time);

  // Keys must exist. Undated outcomes are not counted here.
  /// `place` is that of the rate column among the active ones.
  [[nodiscard]] Counts OfColumn(std::size_t place, std::uint32_t key) const {
    return by_column_[place][key];
  }
  [[nodiscard]] Counts OfStage(std::uint32_t stage) const { return by_stage_[stage]; }
  [[nodiscard]] Counts OfCommittedOwner(std::uint32_t rep) const {
    return by_committed_owner_[rep];
  }
  [[nodiscard]] Counts OfCommitted() const { return of_committed_; }
  [[nodiscard]] const AccountRecord& OfAccount(std::uint32_t account) const {
    return accounts_[account];
  }
  /// Asks the memory for an account that will be looked at soon.
  void FetchAccount(std::uint32_t account) const { __builtin_prefetch(&accounts_[account]); }
  /// The same with the wins of one deal left out of the last win and the median, not of the counts.
  /// Linear in the wins of the account.
  [[nodiscard]] AccountRecord OfAccountWithout(std::uint32_t account, std::uint32_t deal) const;
  [[nodiscard]] std::int32_t OpenOfOwner(std::uint32_t rep) const { return open_by_owner_[rep]; }
  /// Median of the first amounts seen with a product; NaN when there were none.
  [[nodiscard]] double MedianAmount(std::uint32_t product) const {
    return amounts_[product].empty() ? std::numeric_limits<double>::quiet_NaN()
                                     : amounts_[product].value();
  }

 private:
  /// A win that stands now.
  struct Win {
    std::int64_t closed;
    float amount;
    std::uint32_t deal;
  };
  struct AccountWins {
    std::vector<Win> wins;
    RunningMedian amounts;
  };

  void Count(std::size_t index);
  void CountInAccount(const OutcomeRecord& record);
  /// Last win and median of all wins but those of the deal `without`. Linear.
  static void Recount(const std::vector<Win>& wins, std::uint32_t without, AccountRecord& account,
                      RunningMedian& amounts);

  const Aggregates& aggregates_;
  std::size_t next_event_ = 0;
  std::vector<std::vector<Counts>> by_column_;  ///< by active rate column
  std::vector<Counts> by_stage_;
  std::vector<Counts> by_committed_owner_;
  Counts of_committed_;
  std::vector<AccountRecord> accounts_;
  std::vector<AccountWins> wins_;  ///< of the accounts where something was won
  std::vector<std::int32_t> open_by_owner_;
  std::vector<RunningMedian> amounts_;
};

}  // namespace ri::features
