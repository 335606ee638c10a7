#include "book/outlooks.h"

#include <gtest/gtest.h>

#include <variant>

#include "book/book_fixture.h"

namespace ri::book {
namespace {

/// The fixture's model with hazards that split on the period columns as well as on the deal's own.
std::shared_ptr<const PreparedModel> WithHazards(const testing::BookFixture& fixture) {
  models::ModelParts parts = fixture.model()->model().parts();
  models::HazardTiming hazards;
  hazards.won = std::get<models::TreeEnsemble>(parts.head);
  const auto width = static_cast<std::int32_t>(hazards.won.num_features);
  hazards.won.num_features += models::kNumPeriodColumns;
  hazards.won.base_margin = -2.5;
  for (const auto& [column, threshold] : {std::pair{models::PeriodColumn::kEndWeek, 9.0F},
                                          {models::PeriodColumn::kEndsQuarter, .5F},
                                          {models::PeriodColumn::kDaysPastCommitment, 3.0F}}) {
    models::Tree tree = hazards.won.trees.front();
    tree.feature.front() = width + static_cast<std::int32_t>(column);
    tree.threshold.front() = threshold;
    hazards.won.trees.push_back(std::move(tree));
  }
  hazards.lost = hazards.won;
  hazards.lost.base_margin = -3;
  hazards.commit_column = 0;
  parts.hazards = std::move(hazards);
  auto model = models::DealOutcomeModel::Assemble(std::move(parts));
  EXPECT_TRUE(model) << model.error().ToString();
  LoadedModel loaded = fixture.model()->loaded();
  loaded.model = std::make_shared<const models::DealOutcomeModel>(*std::move(model));
  return std::make_shared<const PreparedModel>(std::move(loaded));
}

TEST(Outlooks, LooksAtAllDealsAsTheModelLooksAtEach) {
  const testing::BookFixture fixture({.seed = 4, .deals = 900});
  const auto model = WithHazards(fixture);
  const auto book = fixture.BookAt(testing::BookFixture::Now());
  const auto rows = book->encoded().view();
  ASSERT_GT(rows.num_rows(), 64U) << "fewer are looked at one by one";
  std::vector<models::DealMoment> moments(rows.num_rows());
  for (std::size_t i = 0; i < moments.size(); ++i) {
    // Two days in one block, as for deals that are looked at from their own creation.
    moments[i] = {.as_of = domain::DateOf(book->moment().as_of) - std::chrono::days(i % 2 * 40),
                  .age_days = static_cast<int>(i)};
  }
  for (const int threads : {1, 3}) {
    const auto predictions = model->Predict(rows, threads);
    std::vector<int> taken(rows.num_rows());
    LookAtAll(model->model(), rows, predictions, moments, threads,
              [&](std::size_t i, const std::optional<models::Outlook>& outlook) {
                ++taken[i];
                const auto alone = model->model().Look(rows.row(i), moments[i]);
                ASSERT_TRUE(outlook && alone);
                for (const int days : {1, 20, 95, 400}) {
                  EXPECT_EQ(outlook->WonWithin(days).value(), alone->WonWithin(days).value());
                  EXPECT_EQ(outlook->LostWithin(days).value(), alone->LostWithin(days).value());
                }
              });
    EXPECT_EQ(taken, std::vector<int>(rows.num_rows(), 1));
  }
}

TEST(Outlooks, LooksAtNothingWhereTheModelHasNoTiming) {
  const testing::BookFixture fixture({.seed = 4, .deals = 200});
  const auto book = fixture.BookAt(testing::BookFixture::Now());
  const auto rows = book->encoded().view();
  const auto predictions = fixture.model()->Predict(rows, 1);
  const std::vector<models::DealMoment> moments(rows.num_rows());
  std::size_t taken = 0;
  LookAtAll(fixture.model()->model(), rows, predictions, moments, 1,
            [&](std::size_t, const std::optional<models::Outlook>& outlook) {
              EXPECT_FALSE(outlook);
              ++taken;
            });
  EXPECT_EQ(taken, rows.num_rows());
}

}  // namespace
}  // namespace ri::book
