#pragma once

/// Running counts by key over time: how many outcomes, and how many of them won, had become visible
/// for this rep at that moment.

#include <cstdint>
#include <vector>

#include "features/keyed_times.h"

namespace ri::features {

struct Counts {
  std::int32_t n = 0;
  std::int32_t wins = 0;
};

/// A change of the counts of one key. Negative numbers take back what was counted before.
struct CountChange {
  std::int64_t time = 0;
  std::uint32_t key = 0;
  std::int32_t n = 0;
  std::int32_t wins = 0;
};

/// Immutable after construction; safe to share between threads.
class KeyedCounts {
 public:
  KeyedCounts() = default;

  /// `change(i)` for i < count gives the changes in ascending order of time; it is called twice for
  /// each. Keys of at least `num_keys` are left out.
  template <typename Change>
  KeyedCounts(std::size_t num_keys, std::size_t count, Change&& change)
      : times_(num_keys, count,
               [&](std::size_t i) { return KeyedTime{change(i).time, change(i).key}; }),
        counts_(times_.size()) {
    std::vector<std::uint32_t> next = times_.Begins();
    for (std::size_t i = 0; i < count; ++i) {
      const CountChange item = change(i);
      if (item.key >= num_keys) {
        continue;
      }
      const std::uint32_t place = next[item.key]++;
      const Counts before = place > times_.Begin(item.key) ? counts_[place - 1] : Counts{};
      counts_[place] = {before.n + item.n, before.wins + item.wins};
    }
  }

  [[nodiscard]] bool empty() const { return counts_.empty(); }
  /// Everything with a time of at most `time`.
  [[nodiscard]] Counts At(std::uint32_t key, std::int64_t time) const {
    if (counts_.empty()) {
      return {};
    }
    const KeyedTimes::Range range = times_.UpTo(key, time);
    return range.begin == range.end ? Counts{} : counts_[range.end - 1];
  }

 private:
  KeyedTimes times_;
  std::vector<Counts> counts_;
};

}  // namespace ri::features
