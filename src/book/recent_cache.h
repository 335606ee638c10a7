#pragma once

/// The few things that are expensive to make and asked for again and again.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

#include "base/result.h"

namespace ri::book {

/// Keeps the `capacity` values used last. Values are immutable and shared: one that leaves the
/// cache lives on with those who hold it.
/// Thread safety: all methods from any thread. A hit never waits for a value in the making; of
/// several threads that miss, one makes values at a time and the others find what it made.
template <typename Key, typename Value>
class RecentCache {
 public:
  using Pointer = std::shared_ptr<const Value>;

  explicit RecentCache(std::size_t capacity) : capacity_(capacity) {}

  /// The value of an equal key that `usable` accepts, or null.
  template <typename Usable>
  [[nodiscard]] Pointer FindIf(const Key& key, const Usable& usable) {
    const std::lock_guard lock(mutex_);
    return FindLocked(key, usable);
  }
  [[nodiscard]] Pointer Find(const Key& key) {
    return FindIf(key, [](const Value&) { return true; });
  }

  /// Makes the value when there is none that `usable` accepts. `make` returns
  /// Result<std::shared_ptr<const Value>>; its error is returned and nothing is kept. What was made
  /// while Clear() was called is returned but not kept.
  template <typename Usable, typename Make>
  [[nodiscard]] Result<Pointer> FindOrMake(const Key& key, const Usable& usable, const Make& make) {
    if (Pointer found = FindIf(key, usable)) {
      return found;
    }
    const std::lock_guard making(making_);
    std::uint64_t generation = 0;
    {
      const std::lock_guard lock(mutex_);
      if (Pointer found = FindLocked(key, usable)) {
        return found;
      }
      generation = generation_;
    }
    RI_ASSIGN_OR_RETURN(Pointer made, make());
    const std::lock_guard lock(mutex_);
    if (generation == generation_) {
      KeepLocked(key, made);
    }
    return made;
  }

  /// Puts a value in the place of the one with an equal key.
  void Keep(const Key& key, Pointer value) {
    const std::lock_guard lock(mutex_);
    KeepLocked(key, std::move(value));
  }
  void Clear() {
    const std::lock_guard lock(mutex_);
    ++generation_;
    entries_.clear();
  }

 private:
  using Entry = std::pair<Key, Pointer>;

  template <typename Usable>
  Pointer FindLocked(const Key& key, const Usable& usable) {
    const auto found = std::ranges::find_if(
        entries_, [&](const Entry& entry) { return entry.first == key && usable(*entry.second); });
    if (found == entries_.end()) {
      return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, found);
    return entries_.front().second;
  }
  void KeepLocked(const Key& key, Pointer value) {
    std::erase_if(entries_, [&](const Entry& entry) { return entry.first == key; });
    entries_.emplace_front(key, std::move(value));
    if (entries_.size() > capacity_) {
      entries_.pop_back();
    }
  }

  std::size_t capacity_;
  std::mutex mutex_;   ///< guards what follows; held for moments only
  std::mutex making_;  ///< held while a value is made
  std::uint64_t generation_ = 0;
  std::list<Entry> entries_;  ///< used last first
};

}  // namespace ri::book
