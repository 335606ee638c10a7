#include "explanations/linear_explainer.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace ri::explanations {
namespace {

TEST(ExplainLinear, SplitsByDistanceFromTheMean) {
  const std::vector<double> coefficients = {0.5, -2};
  const std::vector<double> means = {1, 3};
  const base::Matrix<double> rows({3, 2, 1, 3}, 2, 2);
  const auto shap = ExplainLinear({coefficients, 0.25}, means, rows.view());
  ASSERT_TRUE(shap.has_value());
  EXPECT_EQ(shap->base_value, 0.25 + 0.5 - 6);
  EXPECT_EQ(shap->values.values(), (std::vector<double>{1, 2, 0, 0}));
}

TEST(ExplainLinear, MissingValueIsRefused) {
  const std::vector<double> one = {1};
  const base::Matrix<double> rows(1, 1, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(ExplainLinear({one, 0}, one, rows.view()).error().code(), ErrorCode::kBadInput);
}

TEST(ExplainLinear, SizesMustAgree) {
  const std::vector<double> one = {1};
  const base::Matrix<double> rows(1, 2);
  EXPECT_EQ(ExplainLinear({one, 0}, one, rows.view()).error().code(), ErrorCode::kUsage);
}

}  // namespace
}  // namespace ri::explanations
