#include "base/thread_priority.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <thread>

namespace ri::base {
namespace {

#ifdef __linux__
TEST(ThreadPriority, IsLoweredForTheThreadAndThoseItStartsOnly) {
  const int before = getpriority(PRIO_PROCESS, 0);
  int lowered = before;
  int inherited = before;
  std::thread([&] {
    LowerThreadPriority();
    lowered = getpriority(PRIO_PROCESS, 0);
    std::thread([&] { inherited = getpriority(PRIO_PROCESS, 0); }).join();
  }).join();
  EXPECT_GE(lowered, 10);
  EXPECT_EQ(inherited, lowered);
  EXPECT_EQ(getpriority(PRIO_PROCESS, 0), before);
}
#endif

}  // namespace
}  // namespace ri::base
