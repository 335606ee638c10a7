#include "book/recent_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace ri::book {
namespace {

using Cache = RecentCache<int, std::string>;

Result<Cache::Pointer> Make(const std::string& text) {
  return std::make_shared<const std::string>(text);
}

constexpr auto kAny = [](const std::string&) { return true; };

TEST(RecentCache, KeepsWhatWasUsedLast) {
  Cache cache(2);
  for (const int key : {1, 2}) {
    ASSERT_TRUE(cache.FindOrMake(key, kAny, [&] { return Make(std::to_string(key)); }));
  }
  EXPECT_NE(cache.Find(1), nullptr);
  ASSERT_TRUE(cache.FindOrMake(3, kAny, [] { return Make("3"); }));
  EXPECT_EQ(cache.Find(2), nullptr);
  EXPECT_EQ(*cache.Find(1), "1");
}

TEST(RecentCache, KeepsNoErrors) {
  Cache cache(2);
  const auto failed = cache.FindOrMake(
      1, kAny, []() -> Result<Cache::Pointer> { return Fail(ErrorCode::kNotFound, "nothing"); });
  EXPECT_FALSE(failed.has_value());
  EXPECT_EQ(**cache.FindOrMake(1, kAny, [] { return Make("now"); }), "now");
}

TEST(RecentCache, DoesNotKeepWhatWasMadeOfForgottenThings) {
  Cache cache(2);
  const auto made = cache.FindOrMake(1, kAny, [&] {
    cache.Clear();  // an import ended meanwhile
    return Make("old");
  });
  EXPECT_EQ(**made, "old");
  EXPECT_EQ(cache.Find(1), nullptr);
}

TEST(RecentCache, MakesAValueOnceForManyThreads) {
  Cache cache(2);
  std::atomic<int> made = 0;
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      const auto value = cache.FindOrMake(1, kAny, [&] {
        ++made;
        return Make("one");
      });
      EXPECT_EQ(**value, "one");
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(made, 1);
}

}  // namespace
}  // namespace ri::book
