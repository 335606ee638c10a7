#pragma once

/// Which of several visible events is in force: the one with the largest event time; ties go to
/// the larger sequence, then to the larger value. A late, back-dated correction therefore does not
/// overwrite newer state.

#include <compare>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "data/event.h"

namespace ri::features {

/// One value an attribute took. Ordered by what is in force later.
struct HistoryEntry {
  std::int64_t event_time = std::numeric_limits<std::int64_t>::min();
  std::int64_t sequence = 0;
  std::int64_t value = data::kNoValue;

  friend auto operator<=>(const HistoryEntry&, const HistoryEntry&) = default;
};

/// The values of one attribute of one entity in event order, whatever the order they arrive in.
/// Arrivals in order cost O(1). Keeps its memory when cleared.
class ValueHistory {
 public:
  void Clear() { entries_.clear(); }
  /// Equal entries are kept once.
  void Insert(const HistoryEntry& entry) {
    auto place = entries_.end();
    while (place != entries_.begin() && entry < *(place - 1)) {
      --place;
    }
    if (place == entries_.begin() || *(place - 1) != entry) {
      entries_.insert(place, entry);
    }
  }
  [[nodiscard]] std::span<const HistoryEntry> entries() const { return entries_; }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  /// data::kNoValue when nothing is known or the value was cleared.
  [[nodiscard]] std::int64_t latest() const {
    return entries_.empty() ? data::kNoValue : entries_.back().value;
  }

 private:
  std::vector<HistoryEntry> entries_;
};

}  // namespace ri::features
