#include "features/keyed_counts.h"

namespace ri::features {

KeyedCounts::KeyedCounts(std::size_t num_keys, std::span<const CountChange> changes)
    : offsets_(num_keys + 1, 0) {
  for (const CountChange& change : changes) {
    if (change.key < num_keys) {
      ++offsets_[change.key + 1];
    }
  }
  for (std::size_t key = 0; key < num_keys; ++key) {
    offsets_[key + 1] += offsets_[key];
  }
  entries_.resize(offsets_[num_keys]);
  std::vector<std::uint32_t> next(offsets_.begin(), offsets_.end() - 1);
  for (const CountChange& change : changes) {
    if (change.key >= num_keys) {
      continue;
    }
    const std::uint32_t place = next[change.key]++;
    const Counts before = place > offsets_[change.key] ? entries_[place - 1].counts : Counts{};
    entries_[place] = {change.time, {before.n + change.n, before.wins + change.wins}};
  }
}

}  // namespace ri::features
