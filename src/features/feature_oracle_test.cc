// Features against a second implementation that looks through all rows again for every question.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "features/brute_force.h"
#include "features/feature_engine.h"
#include "features/log_builder.h"

namespace ri::features {
namespace {

using brute_force::Expected;
using brute_force::Oracle;
using data::EntityKind;
using data::EventLog;

// Float rounding of values up to a few thousand, and of logarithms.
constexpr double kFloatTolerance = 1e-4;

TEST(FeatureOracle, BruteForceAgreesOnEveryOpenDeal) {
  std::size_t num_compared = 0;
  for (const std::uint64_t seed : {21, 22}) {
    const LogBuilder builder = RandomLog(seed, {.num_deals = 150});
    const EventLog log = builder.Build();
    const FeatureEngine engine(log, {}, 1);
    Oracle oracle(builder.content());
    for (const std::int64_t at :
         {DayTime(2024, 7, 1), DayTime(2025, 2, 28) + 13 * 3'600'000, DayTime(2025, 9, 1)}) {
      const auto keys = engine.OpenAt(domain::TimestampFromMilliseconds(at));
      ASSERT_FALSE(keys.empty());
      const FeatureTable table = engine.Compute(keys, 1);
      for (std::size_t i = 0; i < keys.size(); ++i) {
        const std::string& deal = log.keys(EntityKind::kDeal)[keys[i].deal];
        ASSERT_TRUE(oracle.IsOpen(deal, at)) << deal;
        for (const auto& [name, expected] : Expected(oracle, deal, at)) {
          const auto column = table.Find(name);
          ASSERT_TRUE(column.has_value()) << name;
          const double value = static_cast<double>(table.values(i, *column));
          ++num_compared;
          if (std::isnan(expected)) {
            EXPECT_TRUE(std::isnan(value)) << name << " of " << deal << " is " << value;
          } else {
            EXPECT_NEAR(value, expected, kFloatTolerance * std::max(1.0, std::fabs(expected)))
                << name << " of " << deal << " at " << at;
          }
        }
      }
    }
  }
  EXPECT_GT(num_compared, 3000U);
}

TEST(FeatureOracle, OpenDealsAreThoseTheRowsSayAreOpen) {
  const LogBuilder builder = RandomLog(23);
  const EventLog log = builder.Build();
  const FeatureEngine engine(log, {}, 1);
  const Oracle oracle(builder.content());
  for (std::int64_t at = DayTime(2024, 1, 8); at < DayTime(2026, 3, 1); at += 5 * kWeek) {
    std::vector<std::string> expected;
    for (const std::string& deal : oracle.deals()) {
      if (oracle.IsOpen(deal, at)) {
        expected.push_back(deal);
      }
    }
    std::vector<std::string> open;
    for (const SnapshotKey& key : engine.OpenAt(domain::TimestampFromMilliseconds(at))) {
      open.push_back(log.keys(EntityKind::kDeal)[key.deal]);
      EXPECT_EQ(key.episode + 1, oracle.Lives(open.back(), at).size());
    }
    EXPECT_EQ(open, expected);
  }
}

}  // namespace
}  // namespace ri::features
