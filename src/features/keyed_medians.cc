#include "features/keyed_medians.h"

#include "features/running_median.h"

namespace ri::features {

KeyedMedians::KeyedMedians(std::size_t num_keys, std::span<const KeyedValue> values)
    : counts_(num_keys, values.size(),
              [&](std::size_t i) { return CountChange{values[i].time, values[i].key, 1, 0}; }) {
  std::vector<std::size_t> next(num_keys);
  for (std::size_t key = 0; key < num_keys; ++key) {
    next[key] = counts_.Begin(static_cast<std::uint32_t>(key));
  }
  const std::vector<std::size_t> begin = next;
  medians_.resize(values.size());
  for (const KeyedValue& value : values) {
    medians_[next[value.key]++] = value.value;
  }
  RunningMedian median;
  for (std::size_t key = 0; key < num_keys; ++key) {
    median.Clear();
    for (std::size_t i = begin[key]; i < next[key]; ++i) {
      median.Add(medians_[i]);
      medians_[i] = median.value();
    }
  }
}

}  // namespace ri::features
