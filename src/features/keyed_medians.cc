#include "features/keyed_medians.h"

#include "features/running_median.h"

namespace ri::features {

KeyedMedians::KeyedMedians(std::size_t num_keys, std::span<const KeyedValue> values)
    : times_(num_keys, values.size(),
             [&](std::size_t i) { return KeyedTime{values[i].time, values[i].key}; }),
      medians_(times_.size()) {
  const std::vector<std::uint32_t> begin = times_.Begins();
  std::vector<std::uint32_t> next = begin;
  for (const KeyedValue& value : values) {
    if (value.key < num_keys) {
      medians_[next[value.key]++] = value.value;
    }
  }
  RunningMedian median;
  for (std::size_t key = 0; key < num_keys; ++key) {
    median.Clear();
    for (std::size_t i = begin[key]; i < begin[key + 1]; ++i) {
      median.Add(medians_[i]);
      medians_[i] = median.value();
    }
  }
}

}  // namespace ri::features
