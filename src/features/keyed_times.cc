#include "features/keyed_times.h"

namespace ri::features {

void KeyedTimes::BuildIndex() {
  for (std::size_t i = 0; i + 1 < keys_.size(); ++i) {
    Key& key = keys_[i];
    const std::uint32_t end = keys_[i + 1].begin;
    const std::uint32_t length = end - key.begin;
    if (length <= kFew) {
      continue;
    }
    const std::int64_t first = times_[key.begin];
    const auto span = static_cast<std::uint64_t>(times_[end - 1] - first);
    while ((span >> key.shift) + 1 > length / 2) {
      ++key.shift;
    }
    key.num_stretches = static_cast<std::uint32_t>(span >> key.shift) + 1;
    key.index = static_cast<std::uint32_t>(index_.size());
    std::uint32_t position = key.begin;
    for (std::uint64_t stretch = 0; stretch < key.num_stretches; ++stretch) {
      while (static_cast<std::uint64_t>(times_[position] - first) >> key.shift < stretch) {
        ++position;
      }
      index_.push_back(position);
    }
    index_.push_back(end);
  }
}

}  // namespace ri::features
