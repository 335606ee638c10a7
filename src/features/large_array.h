#pragma once

/// Vectors of many megabytes, on large pages where the system has them: a page fault for every 4
/// KiB would take longer than filling them.

#include <cstddef>
#include <vector>

namespace ri::features {

/// Asks for large pages for a range that was allocated and not yet touched. Does nothing where the
/// system has no such thing.
void AdviseLargePages(void* begin, std::size_t num_bytes);

/// An empty vector with room for `count` items.
template <typename T>
[[nodiscard]] std::vector<T> ReserveLarge(std::size_t count) {
  std::vector<T> items;
  items.reserve(count);
  AdviseLargePages(items.data(), count * sizeof(T));
  return items;
}

/// A vector of `count` items.
template <typename T>
[[nodiscard]] std::vector<T> MakeLarge(std::size_t count) {
  std::vector<T> items = ReserveLarge<T>(count);
  items.resize(count);
  return items;
}

}  // namespace ri::features
