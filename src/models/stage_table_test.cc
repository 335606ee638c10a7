#include "models/stage_table.h"

#include <gtest/gtest.h>

#include <vector>

#include "domain/probability.h"

namespace ri::models {
namespace {

// Two stages in columns 1 and 2 of three; deal ids make four deals.
struct Sample {
  base::Matrix<float> rows{6, 3};
  std::vector<double> labels = {1, 1, 1, 0, 0, 1};
  std::vector<std::uint32_t> deals = {1, 1, 2, 3, 3, 4};

  Sample() {
    for (const std::size_t i : {0U, 1U, 2U, 3U}) {
      rows(i, 1) = 1;
    }
    rows(4, 2) = 1;
    rows(5, 2) = 1;
  }
};

TEST(FitStageTable, ShrinksByNumberOfDeals) {
  const Sample sample;
  const auto table = FitStageTable({sample.rows.view(), sample.labels, {}}, sample.deals, {1, 2});
  ASSERT_TRUE(table);
  const double base = (4 * (4.0 / 6) + .5) / 5;
  EXPECT_DOUBLE_EQ(domain::Logistic(table->base_margin), base);
  // Stage 1: rows 3 of 4 won, 3 deals; stage 2: 1 of 2, 2 deals.
  EXPECT_DOUBLE_EQ(domain::Logistic(table->Margin(sample.rows.view().row(0))),
                   (3 * .75 + 20 * base) / 23);
  EXPECT_DOUBLE_EQ(domain::Logistic(table->Margin(sample.rows.view().row(5))),
                   (2 * .5 + 20 * base) / 22);
  const std::vector<float> elsewhere = {1, 0, 0};
  EXPECT_EQ(table->Margin(elsewhere), table->base_margin);
  EXPECT_EQ(table->Margins(sample.rows.view())[2], table->Margin(sample.rows.view().row(2)));
}

TEST(FitStageTable, OneClassAndNoRowsStayInside) {
  Sample sample;
  sample.labels.assign(6, 1);
  const auto table = FitStageTable({sample.rows.view(), sample.labels, {}}, sample.deals, {1, 2});
  ASSERT_TRUE(table);
  EXPECT_DOUBLE_EQ(domain::Logistic(table->base_margin), 4.5 / 5);
  const auto empty = FitStageTable({}, {}, {});
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->base_margin, 0);
}

TEST(FitStageTable, RefusesWhatDoesNotFit) {
  const Sample sample;
  const LabelledRows data{sample.rows.view(), sample.labels, {}};
  EXPECT_EQ(FitStageTable(data, sample.deals, {3}).error().code(), ErrorCode::kUsage);
  EXPECT_EQ(FitStageTable(data, {}, {1}).error().code(), ErrorCode::kUsage);
  EXPECT_EQ(FitStageTable(data, sample.deals, {1}, 0).error().code(), ErrorCode::kUsage);
}

}  // namespace
}  // namespace ri::models
