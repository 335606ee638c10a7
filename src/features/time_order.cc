#include "features/time_order.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace ri::features {

// Least significant digit first; only as many digits as the range of the times has.
std::vector<std::uint32_t> TimeOrder(std::span<const std::int64_t> times) {
  std::vector<std::uint32_t> order(times.size());
  std::iota(order.begin(), order.end(), 0U);
  if (times.empty()) {
    return order;
  }
  const auto [least, most] = std::minmax_element(times.begin(), times.end());
  const std::uint64_t offset = static_cast<std::uint64_t>(*least);
  const std::uint64_t range = static_cast<std::uint64_t>(*most) - offset;
  constexpr unsigned kDigitBits = 11;
  constexpr std::size_t kNumDigits = std::size_t{1} << kDigitBits;
  std::vector<std::uint32_t> other(times.size());
  for (unsigned shift = 0; shift < 64 && (range >> shift) != 0; shift += kDigitBits) {
    const auto digit = [&](std::uint32_t i) {
      return ((static_cast<std::uint64_t>(times[i]) - offset) >> shift) & (kNumDigits - 1);
    };
    std::array<std::uint32_t, kNumDigits> next{};
    for (const std::uint32_t i : order) {
      ++next[digit(i)];
    }
    std::exclusive_scan(next.begin(), next.end(), next.begin(), 0U);
    for (const std::uint32_t i : order) {
      other[next[digit(i)]++] = i;
    }
    order.swap(other);
  }
  return order;
}

}  // namespace ri::features
