#pragma once

/// Past outcomes of accounts: counts, the last win, and what won deals were worth.

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "features/keyed_counts.h"
#include "features/keyed_times.h"
#include "features/sources.h"

namespace ri::features {

struct AccountOutcome {
  std::int64_t time = 0;  ///< visible
  std::uint32_t account = kNoLabel;
  std::uint32_t deal = 0;
  std::int64_t closed = 0;
  double amount = std::numeric_limits<double>::quiet_NaN();
  bool won = false;
  std::int8_t sign = 1;  ///< -1 takes back an equal outcome of the same deal
};

struct AccountRecord {
  Counts counts;
  std::int64_t last_won = kNever;  ///< event time; kNever when nothing was won
  double median_won_amount = std::numeric_limits<double>::quiet_NaN();
};

class AccountHistory {
 public:
  AccountHistory() = default;
  /// `outcomes` in ascending order of time.
  AccountHistory(std::size_t num_accounts, std::span<const AccountOutcome> outcomes);

  /// What was visible at `as_of`.
  [[nodiscard]] AccountRecord At(std::uint32_t account, std::int64_t as_of) const;
  /// The same without the outcomes of one deal. Linear in the outcomes of the account.
  [[nodiscard]] AccountRecord AtWithout(std::uint32_t account, std::int64_t as_of,
                                        std::uint32_t deal) const;

 private:
  KeyedTimes times_;
  std::vector<AccountRecord> records_;    ///< beside the times
  std::vector<AccountOutcome> outcomes_;  ///< beside the times
};

}  // namespace ri::features
