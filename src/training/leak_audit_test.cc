#include "training/leak_audit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/random.h"

namespace ri::training {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

TEST(FindLeakingFeatures, NamesWhatIsFilledAtTheEndAndSparesTheRest) {
  constexpr std::size_t kDeals = 1200;
  SnapshotSet set;
  features::FeatureTable table;
  for (const char* name : {"honest", "discount_at_close", "outcome_in_disguise", "often_missing"}) {
    table.features.push_back({.name = name});
    table.labels.emplace_back();
  }
  table.values = base::Matrix<float>(kDeals, 4);
  base::RandomStream random(2, "leak audit");
  const domain::Timestamp cutoff = domain::StartOf(domain::MakeDate(2026, 1, 1));
  for (std::size_t i = 0; i < kDeals; ++i) {
    TrainingRow row;
    row.key.deal = static_cast<std::uint32_t>(i);
    row.key.as_of = domain::StartOf(domain::MakeDate(2025, 1, 1)) + std::chrono::hours(i);
    const bool open = i % 4 == 0;
    const bool won = random.Bernoulli(0.4);
    row.outcome = open  ? features::Outcome::kOpen
                  : won ? features::Outcome::kWon
                        : features::Outcome::kLost;
    if (!open) {
      row.outcome_visible = row.key.as_of + std::chrono::days(20);
    }
    set.rows.push_back(row);
    table.rows.push_back(row.key);
    table.values(i, 0) = static_cast<float>(random.Normal() + (won ? 0.7 : 0));
    table.values(i, 1) = open || random.Bernoulli(0.3) ? kMissing : 5.0F;
    table.values(i, 2) = open ? 0.0F : won ? 1.0F : static_cast<float>(random.Bernoulli(0.02));
    table.values(i, 3) = random.Bernoulli(0.5) ? kMissing : 1.0F;
  }
  const auto leaking = FindLeakingFeatures(table, set, cutoff);
  ASSERT_EQ(leaking.size(), 2U);
  EXPECT_EQ(leaking[0].feature, "discount_at_close");
  EXPECT_EQ(leaking[1].feature, "outcome_in_disguise");

  const features::FeatureTable kept = WithoutFeatures(table, leaking);
  ASSERT_EQ(kept.features.size(), 2U);
  EXPECT_EQ(kept.features[1].name, "often_missing");
  EXPECT_EQ(kept.values(7, 0), table.values(7, 0));
}

}  // namespace
}  // namespace ri::training
