#pragma once

/// Running counts by key over time: how many outcomes, and how many of them won, had become visible
/// for this rep at that moment.

#include <algorithm>
#include <cstdint>
#include <vector>

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

/// Immutable after construction; safe to share between threads. A lookup is a binary search.
class KeyedCounts {
 public:
  KeyedCounts() = default;

  /// `change(i)` for i < count gives the changes in ascending order of time; it is called twice for
  /// each. Keys of at least `num_keys` are left out.
  template <typename Change>
  KeyedCounts(std::size_t num_keys, std::size_t count, Change&& change) : offsets_(num_keys + 1) {
    for (std::size_t i = 0; i < count; ++i) {
      const CountChange item = change(i);
      if (item.key < num_keys) {
        ++offsets_[item.key + 1];
      }
    }
    for (std::size_t key = 0; key < num_keys; ++key) {
      offsets_[key + 1] += offsets_[key];
    }
    entries_.resize(offsets_[num_keys]);
    std::vector<std::uint32_t> next(offsets_.begin(), offsets_.end() - 1);
    for (std::size_t i = 0; i < count; ++i) {
      const CountChange item = change(i);
      if (item.key >= num_keys) {
        continue;
      }
      const std::uint32_t place = next[item.key]++;
      const Counts before = place > offsets_[item.key] ? entries_[place - 1].counts : Counts{};
      entries_[place] = {item.time, {before.n + item.n, before.wins + item.wins}};
    }
  }

  /// Everything with a time of at most `time`.
  [[nodiscard]] Counts At(std::uint32_t key, std::int64_t time) const {
    const std::size_t after = After(key, time);
    return after == offsets_[key] ? Counts{} : entries_[after - 1].counts;
  }
  /// Position in [0, number of changes] of the first later change; changes of a key are
  /// consecutive and begin at Begin(key).
  [[nodiscard]] std::size_t After(std::uint32_t key, std::int64_t time) const {
    const Entry* base = entries_.data() + offsets_[key];
    std::size_t length = offsets_[key + 1] - offsets_[key];
    // Branchless halving: the number of entries not later than `time`.
    while (length > 0) {
      const std::size_t half = (length + 1) / 2;
      base += base[half - 1].time <= time ? half : 0;
      length -= half;
    }
    return static_cast<std::size_t>(base - entries_.data());
  }
  [[nodiscard]] std::size_t Begin(std::uint32_t key) const { return offsets_[key]; }

 private:
  struct Entry {
    std::int64_t time;
    Counts counts;
  };
  std::vector<std::uint32_t> offsets_;
  std::vector<Entry> entries_;
};

}  // namespace ri::features
