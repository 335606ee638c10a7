#include "features/large_array.h"

#include <cstdint>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace ri::features {

void AdviseLargePages(void* begin, std::size_t num_bytes) {
#ifdef __linux__
  constexpr std::size_t kLargePage = std::size_t{2} << 20;
  // Only whole large pages inside the range.
  const std::size_t before =
      (kLargePage - reinterpret_cast<std::uintptr_t>(begin) % kLargePage) % kLargePage;
  if (num_bytes < before + kLargePage) {
    return;
  }
  const std::size_t length = (num_bytes - before) / kLargePage * kLargePage;
  // Only advice: the result does not matter.
  static_cast<void>(madvise(static_cast<char*>(begin) + before, length, MADV_HUGEPAGE));
#else
  static_cast<void>(begin);
  static_cast<void>(num_bytes);
#endif
}

}  // namespace ri::features
