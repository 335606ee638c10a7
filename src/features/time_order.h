#pragma once

/// Sorting by time, and the weeks of tables that are renewed every Monday.

#include <cstdint>
#include <span>
#include <vector>

namespace ri::features {

inline constexpr std::int64_t kDay = 86'400'000;
inline constexpr std::int64_t kWeek = 7 * kDay;
/// Monday 1970-01-05 00:00 UTC.
inline constexpr std::int64_t kFirstMonday = 4 * kDay;

[[nodiscard]] constexpr std::int64_t FloorDivide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}
/// Number of the last Monday 00:00 UTC at or before a time.
[[nodiscard]] constexpr std::int64_t WeekOf(std::int64_t time) {
  return FloorDivide(time - kFirstMonday, kWeek);
}
/// Number of the first Monday 00:00 UTC at or after a time: what becomes visible at `time` enters
/// the table of that Monday.
[[nodiscard]] constexpr std::int64_t WeekThatSees(std::int64_t time) {
  return -FloorDivide(kFirstMonday - time, kWeek);
}

/// Positions of `times` in ascending order, equal times in their given order. O(n).
[[nodiscard]] std::vector<std::uint32_t> TimeOrder(std::span<const std::int64_t> times);

}  // namespace ri::features
