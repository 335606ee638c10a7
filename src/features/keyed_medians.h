#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "features/keyed_times.h"

namespace ri::features {

struct KeyedValue {
  std::int64_t time = 0;
  std::uint32_t key = 0;
  double value = 0;
};

/// Median by key over time of everything seen so far.
class KeyedMedians {
 public:
  KeyedMedians() = default;
  /// `values` in ascending order of time.
  KeyedMedians(std::size_t num_keys, std::span<const KeyedValue> values);

  /// Median of the values of at most `time`; NaN when there are none.
  [[nodiscard]] double At(std::uint32_t key, std::int64_t time) const {
    const KeyedTimes::Range range = times_.UpTo(key, time);
    return range.begin == range.end ? std::numeric_limits<double>::quiet_NaN()
                                    : medians_[range.end - 1];
  }

 private:
  KeyedTimes times_;
  std::vector<double> medians_;
};

}  // namespace ri::features
