#pragma once

/// Running counts by key over time: how many outcomes, and how many of them won, there were up to a
/// moment.

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace ri::features {

struct Counts {
  std::int32_t n = 0;
  std::int32_t wins = 0;
};

/// A change of the counts of one key.
struct CountChange {
  std::int64_t time = 0;
  std::uint32_t key = 0;
  std::int32_t n = 0;
  std::int32_t wins = 0;
};

/// Immutable after construction; safe to share between threads. A lookup is a binary search.
class KeyedCounts {
 public:
  KeyedCounts() = default;
  /// `changes` in ascending order of time. Keys of at least `num_keys` are left out.
  KeyedCounts(std::size_t num_keys, std::span<const CountChange> changes);

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  /// Everything with a time of at most `time`.
  [[nodiscard]] Counts At(std::uint32_t key, std::int64_t time) const {
    if (entries_.empty()) {
      return {};
    }
    const auto begin = entries_.begin() + offsets_[key];
    const auto after =
        std::upper_bound(begin, entries_.begin() + offsets_[key + 1], time,
                         [](std::int64_t value, const Entry& entry) { return value < entry.time; });
    return after == begin ? Counts{} : (after - 1)->counts;
  }

 private:
  struct Entry {
    std::int64_t time;
    Counts counts;
  };
  std::vector<std::uint32_t> offsets_;
  std::vector<Entry> entries_;
};

}  // namespace ri::features
