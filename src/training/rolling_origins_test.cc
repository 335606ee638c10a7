#include "training/rolling_origins.h"

#include <gtest/gtest.h>

namespace ri::training {
namespace {

/// One deal per day, known ten days after it began, every third won.
std::vector<TrainingRow> DailyDeals(int days) {
  std::vector<TrainingRow> rows;
  for (int day = 0; day < days; ++day) {
    TrainingRow row;
    row.key.deal = static_cast<std::uint32_t>(day);
    row.key.as_of = domain::StartOf(domain::MakeDate(2025, 1, 1) + std::chrono::days(day));
    row.outcome = day % 3 == 0 ? features::Outcome::kWon : features::Outcome::kLost;
    row.outcome_visible = row.key.as_of + std::chrono::days(10);
    rows.push_back(row);
  }
  return rows;
}

TEST(RollingOrigins, AreInOrderApartAndBehindAnEmbargo) {
  const auto rows = DailyDeals(400);
  const domain::Timestamp cutoff = domain::StartOf(domain::MakeDate(2026, 3, 1));
  const auto origins = RollingOrigins(rows, cutoff, {});
  ASSERT_EQ(origins.size(), 4U);
  for (std::size_t k = 0; k < origins.size(); ++k) {
    EXPECT_EQ(origins[k].validate_begin - origins[k].cut, std::chrono::days(7));
    EXPECT_LT(origins[k].validate_begin, origins[k].validate_end);
    if (k > 0) {
      EXPECT_EQ(origins[k].cut, origins[k - 1].validate_end);
    }
  }
  EXPECT_EQ(origins.back().validate_end, cutoff);
}

TEST(RollingOrigins, OpenDealsAtTheEndTakeNoPlaceAmongTheJudged) {
  auto rows = DailyDeals(400);
  const domain::Timestamp cutoff = domain::StartOf(domain::MakeDate(2026, 3, 1));
  const auto closed_only = RollingOrigins({rows.data(), 300}, cutoff, {});
  for (std::size_t i = 300; i < rows.size(); ++i) {
    rows[i].outcome = features::Outcome::kOpen;
  }
  const auto origins = RollingOrigins(rows, cutoff, {});
  ASSERT_EQ(origins.size(), closed_only.size());
  for (std::size_t k = 0; k < origins.size(); ++k) {
    EXPECT_EQ(origins[k].cut, closed_only[k].cut);
  }
}

TEST(RollingOrigins, NeedBothOutcomesBeforeTheCut) {
  auto rows = DailyDeals(400);
  for (TrainingRow& row : rows) {
    row.outcome = features::Outcome::kLost;
  }
  EXPECT_TRUE(RollingOrigins(rows, domain::StartOf(domain::MakeDate(2026, 3, 1)), {}).empty());
  EXPECT_TRUE(RollingOrigins({}, domain::StartOf(domain::MakeDate(2026, 3, 1)), {}).empty());
  EXPECT_TRUE(
      RollingOrigins(DailyDeals(30), domain::StartOf(domain::MakeDate(2025, 2, 1)), {}).empty());
}

TEST(TrainingRow, AnOutcomeCountsOnlyStrictlyBeforeTheCut) {
  const TrainingRow row = DailyDeals(1).front();
  EXPECT_FALSE(row.KnownBefore(*row.outcome_visible));
  EXPECT_TRUE(row.KnownBefore(*row.outcome_visible + std::chrono::milliseconds(1)));
}

}  // namespace
}  // namespace ri::training
