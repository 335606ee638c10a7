#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <vector>

#include "features/feature_engine.h"
#include "features/log_builder.h"
#include "features/time_order.h"

namespace ri::features {
namespace {

using data::EntityKind;

std::vector<std::uint32_t> Bits(std::span<const float> row) {
  std::vector<std::uint32_t> bits;
  std::ranges::transform(row, std::back_inserter(bits),
                         [](float value) { return std::bit_cast<std::uint32_t>(value); });
  return bits;
}

TEST(HypotheticalRows, AreTheEnginesRowsUnderTheLogsOwnEvents) {
  for (const std::uint64_t seed : {1, 2}) {
    const data::EventLog log = RandomLog(seed, {.with_qualification = seed == 2}).Build();
    const FeatureEngine engine(log, {}, 2);
    const domain::Timestamp as_of =
        domain::TimestampFromMilliseconds(DayTime(2025, 2, 3) + 5'000'000);
    std::vector<SnapshotKey> keys;
    for (std::uint32_t deal = 0; deal < log.count(EntityKind::kDeal); ++deal) {
      keys.push_back({deal, 0, as_of});
    }
    ASSERT_FALSE(keys.empty());
    const FeatureTable table = engine.Compute(keys, 2);
    const auto hypothetical = engine.HypotheticalAt(as_of);
    std::vector<float> row(table.features.size());
    for (const SnapshotKey& key : keys) {
      hypothetical->Compute(key.deal, log.events(EntityKind::kDeal, key.deal), row);
      ASSERT_EQ(Bits(row), Bits(table.values.row(key.deal))) << "deal " << key.deal;
    }
  }
}

TEST(HypotheticalRows, ShowAnEventThatTheLogDoesNotHold) {
  const data::EventLog log = RandomLog(3, {}).Build();
  const FeatureEngine engine(log, {}, 1);
  const domain::Timestamp as_of = domain::TimestampFromMilliseconds(DayTime(2025, 2, 3));
  const auto keys = engine.OpenAt(as_of);
  ASSERT_FALSE(keys.empty());
  const auto amount = log.FindAttribute(EntityKind::kDeal, data::attribute::kAmount);
  ASSERT_TRUE(amount.has_value());
  const FeatureTable table = engine.Compute(keys, 1);
  const auto changes = table.Find("amount_changes_28d");
  ASSERT_TRUE(changes.has_value());
  const auto own = log.events(EntityKind::kDeal, keys[0].deal);
  std::vector<data::LoggedEvent> events;
  std::ranges::copy_if(own, std::back_inserter(events), [&](const data::LoggedEvent& event) {
    return event.visible_time <= domain::Milliseconds(as_of);
  });
  const std::int64_t now = domain::Milliseconds(as_of);
  events.push_back({.visible_time = now,
                    .event_time = now,
                    .sequence = std::numeric_limits<std::int64_t>::max(),
                    .value = 123'456'789,
                    .attribute = *amount});
  std::vector<float> row(table.features.size());
  engine.HypotheticalAt(as_of)->Compute(keys[0].deal, events, row);
  EXPECT_EQ(row[*changes], table.values(0, *changes) + 1);
}

}  // namespace
}  // namespace ri::features
