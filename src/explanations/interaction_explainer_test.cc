#include "explanations/interaction_explainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "explanations/classic_tree_shap.h"
#include "explanations/path_dependent_explainer.h"
#include "explanations/random_ensemble.h"

namespace ri::explanations {
namespace {

using testing::RandomEnsemble;
using testing::RandomRows;

constexpr double kFloatTolerance = 1e-5;  // leaf values of size 1 in float, alphas up to 50

class InteractionExplainerTest : public ::testing::TestWithParam<InstructionSet> {};

TEST_P(InteractionExplainerTest, EqualsTheClassicRecursion) {
  for (int depth = 0; depth <= 7; ++depth) {
    for (const std::size_t features : {2U, 5U, 11U}) {
      const auto ensemble = RandomEnsemble({.trees = 3, .depth = depth, .features = features},
                                           700 + static_cast<std::uint64_t>(depth));
      const auto rows = RandomRows(depth < 5 ? 66 : 4, features, 0.15, 701);
      const auto result = InteractionExplainer(ensemble, GetParam()).Explain(rows.view(), 1);
      ASSERT_TRUE(result.has_value());
      for (std::size_t i = 0; i < rows.num_rows(); ++i) {
        const auto expected = testing::ClassicTreeShapInteractions(ensemble, rows.row(i));
        for (std::size_t a = 0; a < features; ++a) {
          for (std::size_t b = 0; b < features; ++b) {
            ASSERT_NEAR(result->at(i, a, b), expected[a * features + b], kFloatTolerance)
                << "depth " << depth << ", row " << i << ", pair " << a << ", " << b;
          }
        }
      }
    }
  }
}

TEST_P(InteractionExplainerTest, RowsAddUpToContributionsAndPairsAreSymmetric) {
  const auto ensemble = RandomEnsemble({.trees = 50, .depth = 6, .features = 9}, 702);
  const auto rows = RandomRows(70, 9, 0.1, 703);
  const auto result = InteractionExplainer(ensemble, GetParam()).Explain(rows.view(), 2);
  const auto shap = PathDependentExplainer(ensemble, GetParam()).Explain(rows.view(), 1);
  ASSERT_TRUE(result && shap);
  for (std::size_t i = 0; i < rows.num_rows(); ++i) {
    for (std::size_t a = 0; a < 9; ++a) {
      double sum = 0;
      for (std::size_t b = 0; b < 9; ++b) {
        sum += result->at(i, a, b);
        EXPECT_EQ(result->at(i, a, b), result->at(i, b, a));
      }
      EXPECT_NEAR(sum, shap->values(i, a), kFloatTolerance);
    }
  }
}

TEST_P(InteractionExplainerTest, FeaturesOfSeparateTreesDoNotInteract) {
  const models::TreeEnsemble ensemble{
      .trees = {testing::Stump(0, 2, -1, 1), testing::Stump(1, 3, 0.5, -2)},
      .base_margin = 0,
      .num_features = 2};
  const auto rows = RandomRows(10, 2, 0.1, 704);
  const auto result = InteractionExplainer(ensemble, GetParam()).Explain(rows.view(), 1);
  ASSERT_TRUE(result.has_value());
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(result->at(i, 0, 1), 0.0);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryInstructionSet, InteractionExplainerTest,
                         ::testing::ValuesIn(SupportedInstructionSets().begin(),
                                             SupportedInstructionSets().end()),
                         [](const auto& parameter) {
                           std::string name(NameOf(parameter.param));
                           std::erase_if(name, [](char c) { return !std::isalnum(c); });
                           return name;
                         });

}  // namespace
}  // namespace ri::explanations
