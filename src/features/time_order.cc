#include "features/time_order.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#include "features/large_array.h"

namespace ri::features {

// Least significant digit first. Time and position share one word, so that they travel together.
std::vector<std::uint32_t> TimeOrder(std::span<const std::int64_t> times) {
  std::vector<std::uint32_t> order(times.size());
  if (times.empty()) {
    return order;
  }
  const auto [least, most] = std::minmax_element(times.begin(), times.end());
  const auto offset = static_cast<std::uint64_t>(*least);
  const auto time_bits =
      static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(*most) - offset));
  const auto position_bits = static_cast<std::size_t>(std::bit_width(times.size() - 1));
  if (time_bits + position_bits > 64) {  // times of many centuries
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return times[a] < times[b]; });
    return order;
  }
  constexpr std::size_t kDigitBits = 11;
  constexpr std::size_t kNumDigits = std::size_t{1} << kDigitBits;
  const std::size_t num_passes = (time_bits + kDigitBits - 1) / kDigitBits;
  const auto digit = [&](std::uint64_t item, std::size_t pass) {
    return (item >> (position_bits + pass * kDigitBits)) & (kNumDigits - 1);
  };
  std::vector<std::uint64_t> items = MakeLarge<std::uint64_t>(times.size());
  std::vector<std::array<std::uint32_t, kNumDigits>> next(num_passes);
  for (std::size_t i = 0; i < times.size(); ++i) {
    const std::uint64_t time = static_cast<std::uint64_t>(times[i]) - offset;
    items[i] = (time << position_bits) | i;
    for (std::size_t pass = 0; pass < num_passes; ++pass) {
      ++next[pass][digit(items[i], pass)];
    }
  }
  std::vector<std::uint64_t> other = MakeLarge<std::uint64_t>(times.size());
  for (std::size_t pass = 0; pass < num_passes; ++pass) {
    std::exclusive_scan(next[pass].begin(), next[pass].end(), next[pass].begin(), 0U);
    for (const std::uint64_t item : items) {
      other[next[pass][digit(item, pass)]++] = item;
    }
    items.swap(other);
  }
  const std::uint64_t position_mask = (std::uint64_t{1} << position_bits) - 1;
  std::transform(items.begin(), items.end(), order.begin(), [&](std::uint64_t item) {
    return static_cast<std::uint32_t>(item & position_mask);
  });
  return order;
}

}  // namespace ri::features
