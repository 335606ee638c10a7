#include "explanations/change.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>

#include "base/random.h"
#include "domain/probability.h"
#include "explanations/random_ensemble.h"

namespace ri::explanations {
namespace {

using testing::RandomEnsemble;
using testing::RandomRows;

constexpr double kSumTolerance = 1e-12;

double Old(double margin) { return domain::Logistic(margin); }
double New(double margin) { return domain::Logistic(0.7 * margin + 0.2); }

double SumOf(const Change& change) {
  double sum = change.before + change.model + change.calibration;
  sum = std::accumulate(change.features.begin(), change.features.end(), sum);
  return std::accumulate(change.late_data.begin(), change.late_data.end(), sum);
}

class ExplainChangeTest : public ::testing::Test {
 protected:
  models::TreeEnsemble old_trees_ = RandomEnsemble({.trees = 30, .depth = 5, .features = 8}, 1);
  models::TreeEnsemble new_trees_ = RandomEnsemble({.trees = 25, .depth = 6, .features = 8}, 2);
  TreeReferenceModel old_model_{old_trees_};
  TreeReferenceModel new_model_{new_trees_};
  base::Matrix<float> rows_ = RandomRows(40, 8, 0.15, 3);
};

TEST_F(ExplainChangeTest, SplitOfTreesEqualsBruteForceWithTheReferenceAsBackground) {
  for (int depth = 1; depth <= 8; ++depth) {
    const auto ensemble = RandomEnsemble({.trees = 3, .depth = depth, .features = 6},
                                         40 + static_cast<std::uint64_t>(depth));
    const auto rows = RandomRows(12, 6, 0.2, 4);
    for (std::size_t i = 1; i < rows.num_rows(); ++i) {
      const auto split = TreeReferenceModel(ensemble).Split(rows.row(i), rows.row(i - 1));
      const auto expected = testing::BruteForceInterventional(
          ensemble, base::MatrixView<const float>(rows.row(i - 1).data(), 1, 6), rows.row(i));
      for (std::size_t j = 0; j < 6; ++j) {
        EXPECT_NEAR(split[j], expected[j], kSumTolerance);
      }
    }
  }
}

TEST_F(ExplainChangeTest, AddsUpFromTheOldNumberToTheNew) {
  for (std::size_t i = 2; i < rows_.num_rows(); ++i) {
    const RowsOfChange rows{
        .before = rows_.row(i - 2), .restated = rows_.row(i - 1), .after = rows_.row(i)};
    const auto change = ExplainChange({&old_model_, Old}, {&new_model_, New}, rows);
    ASSERT_TRUE(change.has_value()) << change.error().message();
    EXPECT_EQ(change->before, Old(old_model_.Margin(rows.before)));
    EXPECT_EQ(change->after, New(new_model_.Margin(rows.after)));
    EXPECT_NEAR(SumOf(*change), change->after, kSumTolerance);
  }
}

TEST_F(ExplainChangeTest, UnchangedFeaturesGetZeroExactly) {
  base::RandomStream random(5, "change-test");
  for (std::size_t i = 1; i < rows_.num_rows(); ++i) {
    std::vector<float> after(rows_.row(i - 1).begin(), rows_.row(i - 1).end());
    const std::size_t moved = random.Below(8);
    after[moved] = rows_(i, moved);
    const auto change = ExplainChange({&old_model_, Old}, {&new_model_, New},
                                      {.before = rows_.row(i - 1), .restated = {}, .after = after});
    ASSERT_TRUE(change.has_value());
    for (std::size_t j = 0; j < 8; ++j) {
      if (j != moved) {
        EXPECT_EQ(change->features[j], 0.0) << "feature " << j;
      }
    }
    EXPECT_TRUE(change->late_data.empty());
  }
}

TEST_F(ExplainChangeTest, SameModelAndCalibratorLeaveEverythingToTheFeatures) {
  const auto change =
      ExplainChange({&old_model_, Old}, {&old_model_, Old},
                    {.before = rows_.row(0), .restated = {}, .after = rows_.row(1)});
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->model, 0.0);
  EXPECT_EQ(change->calibration, 0.0);
}

TEST_F(ExplainChangeTest, SameRowLeavesEverythingToModelAndCalibration) {
  const auto change =
      ExplainChange({&old_model_, Old}, {&new_model_, New},
                    {.before = rows_.row(0), .restated = rows_.row(0), .after = rows_.row(0)});
  ASSERT_TRUE(change.has_value());
  for (std::size_t j = 0; j < 8; ++j) {
    EXPECT_EQ(change->features[j], 0.0);
    EXPECT_EQ(change->late_data[j], 0.0);
  }
  EXPECT_NEAR(change->before + change->model + change->calibration, change->after, kSumTolerance);
}

TEST_F(ExplainChangeTest, NothingChangedGivesZeroEverywhere) {
  const auto change =
      ExplainChange({&old_model_, Old}, {&old_model_, Old},
                    {.before = rows_.row(7), .restated = {}, .after = rows_.row(7)});
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->before, change->after);
  EXPECT_EQ(SumOf(*change), change->before);
}

TEST_F(ExplainChangeTest, PlayersGetTheAverageOverAllSixOrders) {
  const RowsOfChange rows{.before = rows_.row(3), .restated = {}, .after = rows_.row(9)};
  const auto change = ExplainChange({&old_model_, Old}, {&new_model_, New}, rows);
  ASSERT_TRUE(change.has_value());
  std::vector<double> value_of(8);  // bit 0 rows, bit 1 model, bit 2 calibrator
  for (std::size_t mask = 0; mask < 8; ++mask) {
    const auto row = (mask & 1) != 0 ? rows.after : rows.before;
    const double margin = (mask & 2) != 0 ? new_model_.Margin(row) : old_model_.Margin(row);
    value_of[mask] = (mask & 4) != 0 ? New(margin) : Old(margin);
  }
  const auto expected = testing::ShapleyByEnumeration(value_of, 3);
  EXPECT_NEAR(std::accumulate(change->features.begin(), change->features.end(), 0.0), expected[0],
              kSumTolerance);
  EXPECT_NEAR(change->model, expected[1], kSumTolerance);
  EXPECT_NEAR(change->calibration, expected[2], kSumTolerance);
}

TEST_F(ExplainChangeTest, FactsRecordedLateAreKeptApart) {
  // Only what the restatement changed is late; the rest of the row stands still.
  std::vector<float> restated(rows_.row(0).begin(), rows_.row(0).end());
  restated[2] = restated[2] > 2 ? 0.0F : 5.0F;
  const auto change =
      ExplainChange({&old_model_, Old}, {&old_model_, Old},
                    {.before = rows_.row(0), .restated = restated, .after = restated});
  ASSERT_TRUE(change.has_value());
  EXPECT_NE(change->late_data[2], 0.0);
  EXPECT_EQ(std::accumulate(change->features.begin(), change->features.end(), 0.0), 0.0);
}

TEST_F(ExplainChangeTest, CausesAddUpToTheChange) {
  const auto change =
      ExplainChange({&old_model_, Old}, {&new_model_, New},
                    {.before = rows_.row(4), .restated = rows_.row(5), .after = rows_.row(6)});
  ASSERT_TRUE(change.has_value());
  const Causes causes{.names = {"time passed", "buyer moved", "data arrived late", "model changed"},
                      .cause_of_feature = {0, 1, 1, 0, 1, 0, 0, 1},
                      .late_data = 2,
                      .model = 3,
                      .calibration = 3};
  const auto sums = SumByCause(*change, causes);
  EXPECT_NEAR(std::accumulate(sums.begin(), sums.end(), change->before), change->after,
              kSumTolerance);
  EXPECT_NEAR(sums[3], change->model + change->calibration, kSumTolerance);
}

TEST_F(ExplainChangeTest, VersionsWithOtherColumnsAreRefused) {
  const auto narrow = RandomEnsemble({.features = 5}, 6);
  const TreeReferenceModel model(narrow);
  const auto change =
      ExplainChange({&model, Old}, {&new_model_, New},
                    {.before = rows_.row(0), .restated = {}, .after = rows_.row(1)});
  ASSERT_FALSE(change.has_value());
  EXPECT_EQ(change.error().code(), ErrorCode::kUsage);
}

}  // namespace
}  // namespace ri::explanations
