#include "data/event_set.h"

#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "base/random.h"

namespace ri::data {
namespace {

Event RandomEvent(base::RandomStream& random) {
  return {.entity = static_cast<std::uint32_t>(1 + random.Below(50)),
          .attribute = static_cast<std::uint32_t>(1 + random.Below(3)),
          .event_time = static_cast<std::int64_t>(random.Below(10)),
          .recorded_time = random.Bernoulli(0.5) ? kNotRecorded : 1,
          .sequence = static_cast<std::int64_t>(random.Below(4)),
          .value = static_cast<std::int64_t>(random.Below(5)) - 2};
}

TEST(EventSet, AgreesWithASetOfWholeEvents) {
  base::RandomStream random(1, "event-set");
  const auto fields = [](const Event& e) {
    return std::tuple(e.entity, e.attribute, e.event_time, e.recorded_time, e.sequence, e.value);
  };
  EventSet set;
  std::set<decltype(fields(Event()))> oracle;
  for (int i = 0; i < 50000; ++i) {
    const Event event = RandomEvent(random);
    EXPECT_EQ(set.Contains(event), oracle.contains(fields(event)));
    EXPECT_EQ(set.Insert(event), oracle.insert(fields(event)).second);
  }
  EXPECT_EQ(set.size(), oracle.size());
  EXPECT_GT(oracle.size(), 10000U);
}

TEST(EventSet, IsEmptyAtFirst) {
  const EventSet set;
  EXPECT_FALSE(set.Contains({.entity = 1}));
  EXPECT_EQ(set.size(), 0U);
}

}  // namespace
}  // namespace ri::data
