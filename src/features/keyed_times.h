#pragma once

/// Moments by key, each key's in ascending order, and the quick answer to "how many were there by
/// then?" for millions of questions.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace ri::features {

struct KeyedTime {
  std::int64_t time = 0;
  std::uint32_t key = 0;
};

/// Immutable after construction; safe to share between threads. The times of a key are consecutive.
/// A key with many times has an index of equal stretches of time, each with about two of them, so
/// that a lookup reads a few cache lines instead of one per halving.
class KeyedTimes {
 public:
  /// Positions among all times of all keys.
  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };

  KeyedTimes() = default;

  /// `item(i)` for i < count gives the moments in ascending order of time; it is called twice for
  /// each. Keys of at least `num_keys` are left out.
  template <typename Item>
  KeyedTimes(std::size_t num_keys, std::size_t count, Item&& item) : keys_(num_keys + 1) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t key = item(i).key;
      if (key < num_keys) {
        ++keys_[key + 1].begin;
      }
    }
    for (std::size_t key = 0; key < num_keys; ++key) {
      keys_[key + 1].begin += keys_[key].begin;
    }
    times_.resize(keys_[num_keys].begin);
    std::vector<std::uint32_t> next = Begins();
    for (std::size_t i = 0; i < count; ++i) {
      const KeyedTime moment = item(i);
      if (moment.key < num_keys) {
        times_[next[moment.key]++] = moment.time;
      }
    }
    BuildIndex();
  }

  [[nodiscard]] std::size_t size() const { return times_.size(); }
  [[nodiscard]] std::uint32_t Begin(std::uint32_t key) const { return keys_[key].begin; }
  /// First position of every key.
  [[nodiscard]] std::vector<std::uint32_t> Begins() const {
    std::vector<std::uint32_t> begins(keys_.size());
    std::transform(keys_.begin(), keys_.end(), begins.begin(),
                   [](const Key& key) { return key.begin; });
    return begins;
  }

  /// The moments of a key of at most `time`. \pre the key is below the number of keys
  [[nodiscard]] Range UpTo(std::uint32_t key, std::int64_t time) const {
    const Key& entry = keys_[key];
    std::uint32_t from = entry.begin;
    std::uint32_t length = keys_[key + 1].begin - from;
    if (length > kFew) {
      const std::int64_t since = time - times_[from];
      if (since < 0) {
        return {from, from};
      }
      const std::uint64_t stretch = static_cast<std::uint64_t>(since) >> entry.shift;
      if (stretch >= entry.num_stretches) {
        return {from, from + length};
      }
      const std::uint32_t* const index = index_.data() + entry.index + stretch;
      from = index[0];
      length = index[1] - index[0];
    }
    const std::int64_t* base = times_.data() + from;
    while (length > 0) {
      const std::uint32_t half = (length + 1) / 2;
      base += base[half - 1] <= time ? half : 0;
      length -= half;
    }
    return {entry.begin, static_cast<std::uint32_t>(base - times_.data())};
  }

 private:
  static constexpr std::uint32_t kFew = 32;

  struct Key {
    std::uint32_t begin = 0;
    std::uint32_t index = 0;  ///< first of `num_stretches` + 1 positions in index_
    std::uint32_t num_stretches = 0;
    std::uint32_t shift = 0;  ///< a stretch is 2^shift milliseconds long
  };

  void BuildIndex();

  std::vector<Key> keys_;
  std::vector<std::int64_t> times_;
  std::vector<std::uint32_t> index_;
};

}  // namespace ri::features
