#include "features/large_array.h"

#include <cstdint>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace ri::features {

void AdviseLargePages(void* begin, std::size_t num_bytes) {
#ifdef __linux__
  constexpr std::uintptr_t kLargePage = std::uintptr_t{2} << 20;
  const auto from = (reinterpret_cast<std::uintptr_t>(begin) + kLargePage - 1) & ~(kLargePage - 1);
  const auto to = (reinterpret_cast<std::uintptr_t>(begin) + num_bytes) & ~(kLargePage - 1);
  if (to > from) {
    // Only advice: the result does not matter.
    static_cast<void>(madvise(reinterpret_cast<void*>(from), to - from, MADV_HUGEPAGE));
  }
#else
  static_cast<void>(begin);
  static_cast<void>(num_bytes);
#endif
}

}  // namespace ri::features
