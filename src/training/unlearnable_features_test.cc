#include "training/unlearnable_features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ri::training {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A row per day: a category of `labels` equally frequent labels, its rate and count, a month, and
/// an amount.
struct History {
  History(std::size_t days, std::size_t closed, std::size_t labels) {
    const auto add = [&](const char* name, features::FeatureKind kind) {
      table.features.push_back({.name = name, .kind = kind});
      table.labels.emplace_back();
    };
    add("product", features::FeatureKind::kCategory);
    add("product_win_rate", features::FeatureKind::kNumeric);
    add("product_win_rate_n", features::FeatureKind::kNumeric);
    add("account_win_rate", features::FeatureKind::kNumeric);  // there is no category "account"
    add("month", features::FeatureKind::kNumeric);
    add("amount", features::FeatureKind::kNumeric);
    for (std::size_t label = 0; label < labels; ++label) {
      table.labels[0].push_back("P" + std::to_string(label));
    }
    table.values = base::Matrix<float>(days, table.features.size(), 1);
    for (std::size_t i = 0; i < days; ++i) {
      TrainingRow row;
      row.key.as_of = domain::StartOf(domain::MakeDate(2024, 1, 1)) + std::chrono::days(i);
      set.rows.push_back(row);
      table.rows.push_back(row.key);
      table.values(i, 0) =
          i % 50 == 49 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(i % labels);
    }
    set.counts.closed_deals = closed;
  }

  SnapshotSet set;
  features::FeatureTable table;
};

std::vector<std::string> Found(const History& history) {
  return FindUnlearnableFeatures(history.table, history.set, {}).names;
}

TEST(FindUnlearnableFeatures, ASeasonNeedsTwoYears) {
  EXPECT_THAT(Found(History(700, 5000, 4)), ElementsAre("month"));
  EXPECT_THAT(Found(History(765, 5000, 4)), IsEmpty());
}

TEST(FindUnlearnableFeatures, RatesThatRepeatTheLabelsNeedAThousandDeals) {
  EXPECT_THAT(Found(History(800, 999, 4)), ElementsAre("product_win_rate", "product_win_rate_n"));
  EXPECT_THAT(Found(History(800, 1000, 4)), IsEmpty());
}

TEST(FindUnlearnableFeatures, RatesStayWhereMostLabelsHaveNoColumn) {
  EXPECT_THAT(Found(History(800, 999, 30)), IsEmpty());
  EXPECT_EQ(
      FindUnlearnableFeatures(History(800, 999, 30).table, History(800, 999, 30).set, {}).reason,
      "");
}

}  // namespace
}  // namespace ri::training
