#include "base/thread_priority.h"

#include <sys/resource.h>

namespace ri::base {
namespace {

constexpr int kNice = 10;

}  // namespace

void LowerThreadPriority() {
#ifdef __linux__
  // Linux keeps the nice value per thread, and 0 means the calling one; elsewhere it would be the
  // whole process.
  setpriority(PRIO_PROCESS, 0, kNice);
#endif
}

bool HasLowPriority() {
#ifdef __linux__
  return getpriority(PRIO_PROCESS, 0) >= kNice;
#else
  return false;
#endif
}

}  // namespace ri::base
