#include "features/account_history.h"

#include <algorithm>
#include <cmath>

namespace ri::features {
namespace {

/// The wins of one account that stand at some moment.
class Wins {
 public:
  void Clear() {
    closed_.clear();
    amounts_.clear();
  }
  void Change(const AccountOutcome& outcome) {
    if (!outcome.won) {
      return;
    }
    Change(closed_, outcome.closed, outcome.sign);
    if (!std::isnan(outcome.amount)) {
      Change(amounts_, outcome.amount, outcome.sign);
    }
  }
  [[nodiscard]] std::int64_t last_won() const { return closed_.empty() ? kNever : closed_.back(); }
  [[nodiscard]] double median_amount() const {
    const std::size_t n = amounts_.size();
    return n == 0 ? std::numeric_limits<double>::quiet_NaN()
                  : (amounts_[(n - 1) / 2] + amounts_[n / 2]) / 2;
  }

 private:
  template <typename T>
  static void Change(std::vector<T>& sorted, T value, int sign) {
    const auto place = std::lower_bound(sorted.begin(), sorted.end(), value);
    if (sign > 0) {
      sorted.insert(place, value);
    } else if (place != sorted.end() && *place == value) {
      sorted.erase(place);
    }
  }
  std::vector<std::int64_t> closed_;
  std::vector<double> amounts_;
};

}  // namespace

AccountHistory::AccountHistory(std::size_t num_accounts, std::span<const AccountOutcome> outcomes)
    : counts_(num_accounts, outcomes.size(), [&](std::size_t i) {
        const AccountOutcome& outcome = outcomes[i];
        return CountChange{outcome.time, outcome.account, outcome.sign,
                           outcome.won ? outcome.sign : 0};
      }) {
  std::vector<std::size_t> next(num_accounts);
  for (std::size_t account = 0; account < num_accounts; ++account) {
    next[account] = counts_.Begin(static_cast<std::uint32_t>(account));
  }
  outcomes_.resize(outcomes.size());
  std::size_t kept = 0;
  for (const AccountOutcome& outcome : outcomes) {
    if (outcome.account < num_accounts) {
      outcomes_[next[outcome.account]++] = outcome;
      ++kept;
    }
  }
  outcomes_.resize(kept);
  extra_.reserve(kept);
  Wins wins;
  for (std::size_t i = 0; i < kept; ++i) {
    if (i == 0 || outcomes_[i].account != outcomes_[i - 1].account) {
      wins.Clear();
    }
    wins.Change(outcomes_[i]);
    extra_.push_back({wins.last_won(), wins.median_amount()});
  }
}

AccountRecord AccountHistory::At(std::uint32_t account, std::int64_t as_of) const {
  const std::size_t after = counts_.After(account, as_of);
  if (after == counts_.Begin(account)) {
    return {};
  }
  const Extra& extra = extra_[after - 1];
  return {counts_.At(account, as_of), extra.last_won, extra.median_won_amount};
}

AccountRecord AccountHistory::AtWithout(std::uint32_t account, std::int64_t as_of,
                                        std::uint32_t deal) const {
  AccountRecord record;
  Wins wins;
  for (std::size_t i = counts_.Begin(account); i < counts_.After(account, as_of); ++i) {
    const AccountOutcome& outcome = outcomes_[i];
    if (outcome.deal == deal) {
      continue;
    }
    record.counts.n += outcome.sign;
    record.counts.wins += outcome.won ? outcome.sign : 0;
    wins.Change(outcome);
  }
  record.last_won = wins.last_won();
  record.median_won_amount = wins.median_amount();
  return record;
}

}  // namespace ri::features
