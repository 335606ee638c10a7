#include "features/time_order.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace ri::features {

// Least significant digit first, on pairs that travel together; only as many digits as the range of
// the times has, and none on which all agree.
std::vector<std::uint32_t> TimeOrder(std::span<const std::int64_t> times) {
  constexpr unsigned kDigitBits = 11;
  constexpr std::size_t kNumDigits = std::size_t{1} << kDigitBits;
  constexpr std::size_t kMostPasses = 6;
  struct Item {
    std::uint64_t time;
    std::uint32_t position;
  };
  std::vector<std::uint32_t> order(times.size());
  if (times.empty()) {
    return order;
  }
  const auto [least, most] = std::minmax_element(times.begin(), times.end());
  const std::uint64_t offset = static_cast<std::uint64_t>(*least);
  const std::uint64_t range = static_cast<std::uint64_t>(*most) - offset;
  std::size_t num_passes = 0;
  while (num_passes < kMostPasses && (range >> (num_passes * kDigitBits)) != 0) {
    ++num_passes;
  }
  const auto digit = [](std::uint64_t time, std::size_t pass) {
    return (time >> (pass * kDigitBits)) & (kNumDigits - 1);
  };
  std::vector<Item> items(times.size());
  std::vector<std::array<std::uint32_t, kNumDigits>> next(num_passes);
  for (std::size_t i = 0; i < times.size(); ++i) {
    items[i] = {static_cast<std::uint64_t>(times[i]) - offset, static_cast<std::uint32_t>(i)};
    for (std::size_t pass = 0; pass < num_passes; ++pass) {
      ++next[pass][digit(items[i].time, pass)];
    }
  }
  std::vector<Item> other(times.size());
  for (std::size_t pass = 0; pass < num_passes; ++pass) {
    std::exclusive_scan(next[pass].begin(), next[pass].end(), next[pass].begin(), 0U);
    for (const Item& item : items) {
      other[next[pass][digit(item.time, pass)]++] = item;
    }
    items.swap(other);
  }
  std::transform(items.begin(), items.end(), order.begin(),
                 [](const Item& item) { return item.position; });
  return order;
}

}  // namespace ri::features
