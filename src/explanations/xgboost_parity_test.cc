#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/random.h"
#include "domain/probability.h"
#include "explanations/fast_margins.h"
#include "explanations/interaction_explainer.h"
#include "explanations/interventional_explainer.h"
#include "explanations/path_dependent_explainer.h"
#include "explanations/xgboost_reference.h"

namespace ri::explanations {
namespace {

using testing::XgboostReference;

/// XGBoost sums in float: some 1e-6 on margins of a few units.
constexpr double kXgboostTolerance = 2e-5;

class XgboostParityTest : public ::testing::TestWithParam<int> {
 protected:
  static constexpr std::size_t kFeatures = 9;

  XgboostParityTest() : rows_(3000, kFeatures) {
    base::RandomStream random(1, "parity-test");
    std::vector<float> labels;
    for (std::size_t i = 0; i < rows_.num_rows(); ++i) {
      for (float& x : rows_.row(i)) {
        // Rounded, so that many values equal a threshold.
        x = static_cast<float>(std::round(4 * random.Normal()) / 4);
      }
      const auto row = rows_.row(i);
      const double margin = row[0] + 0.7 * row[1] * row[2] - (row[3] > 0.5F ? 1.5 : 0);
      labels.push_back(random.Bernoulli(domain::Logistic(margin)) ? 1.0F : 0.0F);
      for (std::size_t j = 0; j < kFeatures; j += 2) {
        if (random.Bernoulli(0.15)) {
          rows_(i, j) = std::numeric_limits<float>::quiet_NaN();
        }
      }
    }
    reference_ = std::make_unique<XgboostReference>(XgboostReference::Train(
        rows_.view(), labels, 40,
        {{"max_depth", std::to_string(GetParam())}, {"eta", "0.3"}, {"base_score", "0.3"}}));
    ensemble_ = *models::ReadXgboostJson(reference_->ToJson());
  }

  base::MatrixView<const float> First(std::size_t count) const {
    return {rows_.view().data(), count, kFeatures};
  }

  base::Matrix<float> rows_;
  std::unique_ptr<XgboostReference> reference_;
  models::TreeEnsemble ensemble_;
};

TEST_P(XgboostParityTest, MarginsAgree) {
  const auto expected = reference_->PredictInPlace(rows_.view());
  const auto margins = FastMargins(ensemble_).Margins(rows_.view(), 1);
  for (std::size_t i = 0; i < rows_.num_rows(); ++i) {
    ASSERT_NEAR(margins[i], expected[i], kXgboostTolerance);
  }
}

TEST_P(XgboostParityTest, PathDependentValuesAgree) {
  constexpr std::size_t kRows = 200;
  const auto expected = reference_->Contributions(First(kRows));
  const auto shap = PathDependentExplainer(ensemble_).Explain(First(kRows), 1);
  ASSERT_TRUE(shap.has_value());
  for (std::size_t i = 0; i < kRows; ++i) {
    for (std::size_t j = 0; j < kFeatures; ++j) {
      ASSERT_NEAR(shap->values(i, j), expected[i * (kFeatures + 1) + j], kXgboostTolerance);
    }
    ASSERT_NEAR(shap->base_value, expected[i * (kFeatures + 1) + kFeatures], kXgboostTolerance);
  }
}

TEST_P(XgboostParityTest, InteractionsAgree) {
  constexpr std::size_t kRows = 10;
  constexpr std::size_t kWidth = kFeatures + 1;
  const auto expected = reference_->Interactions(First(kRows));
  const auto result = InteractionExplainer(ensemble_).Explain(First(kRows), 1);
  ASSERT_TRUE(result.has_value());
  for (std::size_t i = 0; i < kRows; ++i) {
    for (std::size_t a = 0; a < kFeatures; ++a) {
      for (std::size_t b = 0; b < kFeatures; ++b) {
        ASSERT_NEAR(result->at(i, a, b), expected[(i * kWidth + a) * kWidth + b],
                    kXgboostTolerance);
      }
    }
  }
}

TEST_P(XgboostParityTest, InterventionalValuesAddUpToItsMargins) {
  const auto expected = reference_->PredictInPlace(rows_.view());
  const InterventionalExplainer explainer(ensemble_, First(500));
  const auto shap = explainer.Explain(rows_.view(), 2);
  ASSERT_TRUE(shap.has_value()) << shap.error().message();
  for (std::size_t i = 0; i < rows_.num_rows(); ++i) {
    double sum = shap->base_value;
    for (const double value : shap->values.row(i)) {
      sum += value;
    }
    ASSERT_NEAR(sum, expected[i], kXgboostTolerance);
  }
}

INSTANTIATE_TEST_SUITE_P(Depths, XgboostParityTest, ::testing::Values(1, 3, 6, 8));

}  // namespace
}  // namespace ri::explanations
