#include "features/feature_engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "base/random.h"
#include "features/log_builder.h"
#include "features/time_order.h"

namespace ri::features {
namespace {

using data::EntityKind;
using data::EventLog;
using data::ValueType;
using domain::MakeDate;
using domain::TimestampFromMilliseconds;

/// A value that means the same in two tables: a category as its label.
std::string Shown(const FeatureTable& table, std::size_t row, std::size_t column) {
  const float value = table.values(row, column);
  if (std::isnan(value)) {
    return "missing";
  }
  if (table.features[column].kind == FeatureKind::kCategory) {
    return table.labels[column][static_cast<std::size_t>(value)];
  }
  return std::to_string(std::bit_cast<std::uint32_t>(value)) + " = " + std::to_string(value);
}

/// Expects equal rows; features are matched by name and every one of `part` must be in `whole`.
void ExpectSameRows(const FeatureTable& whole, const FeatureTable& part, std::int64_t as_of) {
  ASSERT_EQ(whole.rows, part.rows);
  for (std::size_t column = 0; column < part.features.size(); ++column) {
    const std::string& name = part.features[column].name;
    const auto other = whole.Find(name);
    // Which columns exist is decided on the whole log: a text with few labels so far is a category,
    // and turns into free text when every deal brings a new one.
    if (name.starts_with("custom.remark") && !other.has_value()) {
      continue;
    }
    ASSERT_TRUE(other.has_value()) << name;
    for (std::size_t row = 0; row < part.rows.size(); ++row) {
      ASSERT_EQ(Shown(whole, row, *other), Shown(part, row, column))
          << name << " of deal " << part.rows[row].deal << " as of "
          << domain::FormatTimestamp(TimestampFromMilliseconds(as_of));
    }
  }
}

bool SameBytes(const FeatureTable& a, const FeatureTable& b) {
  return a.rows == b.rows && a.labels == b.labels &&
         std::equal(a.values.values().begin(), a.values.values().end(), b.values.values().begin(),
                    b.values.values().end(), [](float x, float y) {
                      return std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y);
                    });
}

std::vector<std::int64_t> TestMoments(std::uint64_t seed) {
  base::RandomStream random(seed, "moments");
  std::vector<std::int64_t> moments;
  for (int i = 0; i < 5; ++i) {
    const std::int64_t start = DayTime(2024, 4, 1);  // a Monday
    moments.push_back(start + static_cast<std::int64_t>(random.Below(80)) * kWeek);
    moments.push_back(start + static_cast<std::int64_t>(random.Below(560ULL * 86'400'000)));
  }
  return moments;
}

TEST(FeatureEngine, RowsDoNotChangeWhenTheFutureIsDeleted) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const LogBuilder builder = RandomLog(seed, {.with_qualification = seed == 2});
    const EventLog whole_log = builder.Build();
    const FeatureEngine whole(whole_log, {}, 2);
    for (const std::int64_t as_of : TestMoments(seed)) {
      EventLog::Content past = builder.content();
      std::erase_if(past.rows, [&](const EventLog::Row& row) { return row.visible_time > as_of; });
      const EventLog past_log = EventLog::Build(std::move(past));
      const FeatureEngine part(past_log, {}, 2);
      const auto keys = part.OpenAt(TimestampFromMilliseconds(as_of));
      ASSERT_EQ(keys, whole.OpenAt(TimestampFromMilliseconds(as_of)));
      ASSERT_GT(keys.size(), 5U);
      // Also of deals that are not open: closed, deleted, not yet created.
      std::vector<SnapshotKey> all;
      for (std::uint32_t deal = 0; deal < past_log.count(EntityKind::kDeal); ++deal) {
        all.push_back({deal, 0, TimestampFromMilliseconds(as_of)});
      }
      ExpectSameRows(whole.Compute(all, 2), part.Compute(all, 2), as_of);
    }
  }
}

TEST(FeatureEngine, OrderAndRepetitionOfTheInputDoNotMatter) {
  const LogBuilder builder = RandomLog(7);
  EventLog::Content other = builder.content();
  base::RandomStream random(7, "shuffle");
  const std::vector<EventLog::Row> rows = other.rows;
  for (const EventLog::Row& row : rows) {
    if (random.Bernoulli(0.3)) {
      other.rows.push_back(row);
    }
  }
  for (std::size_t i = other.rows.size(); i > 1; --i) {
    std::swap(other.rows[i - 1], other.rows[random.Below(i)]);
  }
  const EventLog log = builder.Build();
  const EventLog other_log = EventLog::Build(std::move(other));
  const FeatureEngine engine(log, {}, 1);
  const FeatureEngine other_engine(other_log, {}, 1);
  const auto keys = engine.WeeklySnapshots(MakeDate(2024, 1, 1), MakeDate(2026, 1, 1));
  ASSERT_EQ(keys, other_engine.WeeklySnapshots(MakeDate(2024, 1, 1), MakeDate(2026, 1, 1)));
  EXPECT_TRUE(SameBytes(engine.Compute(keys, 1), other_engine.Compute(keys, 1)));
}

TEST(FeatureEngine, ThreadsDoNotChangeAByte) {
  const EventLog log = RandomLog(11, {.num_deals = 1500}).Build();
  const FeatureEngine one(log, {}, 1);
  const auto keys = one.WeeklySnapshots(MakeDate(2024, 6, 1), MakeDate(2025, 6, 1));
  const FeatureTable expected = one.Compute(keys, 1);
  ASSERT_GT(keys.size(), 1000U);
  for (const int threads : {2, 7}) {
    const FeatureEngine engine(log, {}, threads);
    EXPECT_EQ(engine.WeeklySnapshots(MakeDate(2024, 6, 1), MakeDate(2025, 6, 1)), keys);
    EXPECT_TRUE(SameBytes(engine.Compute(keys, threads), expected)) << threads;
  }
}

TEST(FeatureEngine, EveryFixedFeatureAppearsInALogThatHasEverything) {
  const EventLog log = RandomLog(1).Build();
  const FeatureEngine engine(log, {}, 1);
  const auto keys = engine.WeeklySnapshots(MakeDate(2025, 1, 1), MakeDate(2025, 6, 1));
  const FeatureTable table = engine.Compute(keys, 1);
  for (const FeatureDefinition& feature : FullCatalogue()) {
    if (feature.name.starts_with("custom.")) {
      continue;
    }
    const auto column = table.Find(feature.name);
    ASSERT_TRUE(column.has_value()) << feature.name;
    // It takes at least two values somewhere.
    bool varies = false;
    for (std::size_t row = 1; row < keys.size() && !varies; ++row) {
      varies = Shown(table, row, *column) != Shown(table, 0, *column);
    }
    EXPECT_TRUE(varies) << feature.name;
  }
}

TEST(FeatureEngine, ARowAloneIsTheRowInATable) {
  const EventLog log = RandomLog(6).Build();
  const FeatureEngine engine(log, {}, 1);
  const auto keys = engine.WeeklySnapshots(MakeDate(2025, 1, 1), MakeDate(2025, 3, 1));
  const FeatureTable table = engine.Compute(keys, 2);
  for (std::size_t row = 0; row < keys.size(); row += 17) {
    const FeatureTable alone = engine.Compute({&keys[row], 1}, 1);
    for (std::size_t column = 0; column < table.features.size(); ++column) {
      ASSERT_EQ(Shown(alone, 0, column), Shown(table, row, column)) << table.features[column].name;
    }
  }
}

TEST(FeatureEngine, SnapshotsBeginOnMondaysWhileADealIsKnownToBeOpen) {
  const EventLog log = RandomLog(8, {.with_qualification = true}).Build();
  const FeatureEngine engine(log, {}, 2);
  const domain::Date from = MakeDate(2024, 2, 29);
  const domain::Date to = MakeDate(2025, 8, 4);  // a Monday
  std::vector<SnapshotKey> expected;
  for (domain::Date day = domain::MondayOnOrAfter(from); day <= to; day += std::chrono::days(7)) {
    const auto open = engine.OpenAt(domain::StartOf(day));
    expected.insert(expected.end(), open.begin(), open.end());
  }
  EXPECT_EQ(engine.WeeklySnapshots(from, to), expected);
  // First snapshots: one per life, at a moment at which it is open or its outcome has no moment.
  const auto& episodes = engine.episodes();
  for (const SnapshotKey& key : engine.FirstSnapshots()) {
    const Episode& episode = episodes[key.deal].at(key.episode);
    const auto open = engine.OpenAt(key.as_of);
    const bool is_open = std::find(open.begin(), open.end(), key) != open.end();
    EXPECT_TRUE(is_open || episode.undated) << key.deal;
    // Looking back, a deal may have closed before it qualified; that was not known then.
    const bool learned_late = episode.outcome_visible > episode.closed;
    EXPECT_TRUE(episode.qualified.has_value() || learned_late) << key.deal;
  }
}

TEST(FeatureEngine, SnapshotsInAnyOrderGiveTheSameRows) {
  const EventLog log = RandomLog(5).Build();
  const FeatureEngine engine(log, {}, 1);
  auto keys = engine.WeeklySnapshots(MakeDate(2024, 9, 1), MakeDate(2024, 12, 1));
  const FeatureTable forward = engine.Compute(keys, 1);
  std::reverse(keys.begin(), keys.end());
  const FeatureTable backward = engine.Compute(keys, 1);
  const std::size_t n = keys.size();
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t column = 0; column < forward.features.size(); ++column) {
      ASSERT_EQ(Shown(forward, row, column), Shown(backward, n - 1 - row, column));
    }
  }
}

}  // namespace
}  // namespace ri::features
