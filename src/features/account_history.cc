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

void Add(Counts& counts, const AccountOutcome& outcome) {
  counts.n += outcome.sign;
  counts.wins += outcome.won ? outcome.sign : 0;
}

}  // namespace

AccountHistory::AccountHistory(std::size_t num_accounts, std::span<const AccountOutcome> outcomes)
    : times_(num_accounts, outcomes.size(),
             [&](std::size_t i) { return KeyedTime{outcomes[i].time, outcomes[i].account}; }),
      outcomes_(times_.size()) {
  std::vector<std::uint32_t> next = times_.Begins();
  for (const AccountOutcome& outcome : outcomes) {
    if (outcome.account < num_accounts) {
      outcomes_[next[outcome.account]++] = outcome;
    }
  }
  records_.reserve(outcomes_.size());
  Wins wins;
  Counts counts;
  for (std::size_t i = 0; i < outcomes_.size(); ++i) {
    const AccountOutcome& outcome = outcomes_[i];
    if (i == 0 || outcome.account != outcomes_[i - 1].account) {
      wins.Clear();
      counts = {};
    }
    wins.Change(outcome);
    Add(counts, outcome);
    records_.push_back({counts, wins.last_won(), wins.median_amount()});
  }
}

AccountRecord AccountHistory::At(std::uint32_t account, std::int64_t as_of) const {
  const KeyedTimes::Range range = times_.UpTo(account, as_of);
  return range.begin == range.end ? AccountRecord{} : records_[range.end - 1];
}

AccountRecord AccountHistory::AtWithout(std::uint32_t account, std::int64_t as_of,
                                        std::uint32_t deal) const {
  AccountRecord record;
  Wins wins;
  const KeyedTimes::Range range = times_.UpTo(account, as_of);
  for (std::uint32_t i = range.begin; i < range.end; ++i) {
    if (outcomes_[i].deal != deal) {
      Add(record.counts, outcomes_[i]);
      wins.Change(outcomes_[i]);
    }
  }
  record.last_won = wins.last_won();
  record.median_won_amount = wins.median_amount();
  return record;
}

}  // namespace ri::features
