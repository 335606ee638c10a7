// A head that is the mean of a ridge and trees is explained, split and served like any other.

#include <gtest/gtest.h>

#include <cmath>

#include "base/sum.h"
#include "book/book_fixture.h"

namespace ri::lifecycle {
namespace {

class RidgeAndTreesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    fixture_ = new book::testing::BookFixture({.seed = 8, .with_ridge = true});
    book_ = fixture_->BookAt(book::testing::BookFixture::Now());
  }
  static void TearDownTestSuite() {
    book_.reset();
    delete fixture_;
    fixture_ = nullptr;
  }
  static const models::DealOutcomeModel& Model() { return book_->prepared().model(); }
  /// The model with a part of its head alone.
  static std::shared_ptr<const models::DealOutcomeModel> With(models::Head head) {
    models::ModelParts parts = Model().parts();
    parts.head = std::move(head);
    return std::make_shared<const models::DealOutcomeModel>(
        *models::DealOutcomeModel::Assemble(std::move(parts)));
  }

  static book::testing::BookFixture* fixture_;
  static std::shared_ptr<const book::DealBook> book_;
};

book::testing::BookFixture* RidgeAndTreesTest::fixture_ = nullptr;
std::shared_ptr<const book::DealBook> RidgeAndTreesTest::book_;

TEST_F(RidgeAndTreesTest, VectorKernelsGiveTheSameBytes) {
  const base::MatrixView<const float> rows = book_->encoded().view();
  EXPECT_EQ(book_->prepared().Margins(rows, 2), Model().Margins(rows));
  for (std::size_t i = 0; i < rows.num_rows(); i += 7) {
    EXPECT_EQ(book_->prepared().Margins(rows, 1)[i], Model().Margin(rows.row(i)).value());
  }
}

TEST_F(RidgeAndTreesTest, ReasonsStartAtTheMeanOfTheBackgroundAndAddUpToTheMargin) {
  const book::DealExplainer& explainer = book_->prepared().explainer(1);
  const base::MatrixView<const float> rows = book_->encoded().view();
  const auto shap = explainer.Explain(rows, 1);
  ASSERT_TRUE(shap.has_value()) << shap.error().message();
  const std::vector<double> background = Model().Margins(Model().parts().background.view());
  EXPECT_NEAR(shap->base_value, base::Sum(background) / static_cast<double>(background.size()),
              1e-10);
  for (std::size_t i = 0; i < rows.num_rows(); ++i) {
    double sum = shap->base_value;
    for (const double value : shap->values.row(i)) {
      sum += value;
    }
    EXPECT_NEAR(sum, Model().Margin(rows.row(i)).value(), 1e-9);
  }
}

TEST_F(RidgeAndTreesTest, ReasonsAreThoseOfBothPartsTogether) {
  const auto& both = std::get<models::RidgeAndTrees>(Model().parts().head);
  const base::MatrixView<const float> rows = book_->encoded().view();
  const auto whole = book_->prepared().explainer(1).Explain(rows, 1);
  const auto trees = book::DealExplainer(With(both.trees), 1).Explain(rows, 1);
  const auto ridge = book::DealExplainer(With(both.ridge), 1).Explain(rows, 1);
  ASSERT_TRUE(whole && trees && ridge);
  // A ridge alone is told from the mean of what it was trained on, so that differences of deals are
  // compared.
  for (std::size_t i = 1; i < rows.num_rows(); ++i) {
    for (std::size_t j = 0; j < whole->values.num_columns(); ++j) {
      EXPECT_NEAR(
          whole->values(i, j) - whole->values(0, j),
          trees->values(i, j) - trees->values(0, j) + ridge->values(i, j) - ridge->values(0, j),
          1e-9);
    }
  }
}

TEST_F(RidgeAndTreesTest, TheStepBetweenTwoRowsIsSplitWithoutRest) {
  const book::FieldModel& fields = book_->field_model();
  const base::MatrixView<const float> rows = book_->table().values.view();
  for (std::size_t i = 1; i < rows.num_rows(); i += 5) {
    const std::vector<double> split = fields.Split(rows.row(i), rows.row(0));
    EXPECT_NEAR(base::Sum(split), fields.Margin(rows.row(i)) - fields.Margin(rows.row(0)), 1e-9);
    for (std::size_t j = 0; j < split.size(); ++j) {
      const float a = rows(i, j);
      const float b = rows(0, j);
      if (a == b || (std::isnan(a) && std::isnan(b))) {
        EXPECT_EQ(split[j], 0);
      }
    }
  }
}

}  // namespace
}  // namespace ri::lifecycle
