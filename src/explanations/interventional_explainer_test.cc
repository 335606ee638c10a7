#include "explanations/interventional_explainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/random.h"
#include "explanations/leaf_path.h"
#include "explanations/random_ensemble.h"

namespace ri::explanations {
namespace {

using testing::BruteForceInterventional;
using testing::RandomEnsemble;
using testing::RandomRows;
using testing::Stump;

/// Both sides sum a few thousand doubles of size 1.
constexpr double kBruteForceTolerance = 1e-12;

void ExpectEqualsBruteForce(const models::TreeEnsemble& ensemble,
                            const base::Matrix<float>& background,
                            const base::Matrix<float>& rows) {
  const InterventionalExplainer explainer(ensemble, background.view());
  const auto shap = explainer.Explain(rows.view(), 1);
  ASSERT_TRUE(shap.has_value()) << shap.error().message();
  for (std::size_t i = 0; i < rows.num_rows(); ++i) {
    const auto expected = BruteForceInterventional(ensemble, background.view(), rows.row(i));
    for (std::size_t j = 0; j < expected.size(); ++j) {
      EXPECT_NEAR(shap->values(i, j), expected[j], kBruteForceTolerance) << i << ", " << j;
    }
  }
}

TEST(InterventionalExplainer, EqualsBruteForceAtEveryDepthWithTiesRepeatsAndMissing) {
  for (int depth = 0; depth <= 8; ++depth) {
    const auto ensemble =
        RandomEnsemble({.trees = 2, .depth = depth, .features = 6, .leaf_probability = 0.05},
                       static_cast<std::uint64_t>(depth));
    ExpectEqualsBruteForce(ensemble, RandomRows(7, 6, 0.15, 1), RandomRows(6, 6, 0.15, 2));
  }
}

TEST(InterventionalExplainer, EqualsBruteForceOnTenFeatures) {
  const auto ensemble = RandomEnsemble({.trees = 1, .depth = 7, .features = 10}, 3);
  ExpectEqualsBruteForce(ensemble, RandomRows(4, 10, 0.1, 4), RandomRows(2, 10, 0.1, 5));
}

TEST(InterventionalExplainer, EqualsBruteForceWhenOneFeatureFillsThePath) {
  const auto ensemble =
      RandomEnsemble({.trees = 3, .depth = 6, .features = 4, .used_features = 1}, 6);
  ExpectEqualsBruteForce(ensemble, RandomRows(9, 4, 0.2, 7), RandomRows(9, 4, 0.2, 8));
}

TEST(InterventionalExplainer, PathOfMoreFeaturesThanAreTabulatedIsStillExact) {
  // A chain of twelve splits on twelve features; only the last leaf has all of them.
  constexpr std::size_t kFeatures = 12;
  models::Tree tree;
  for (std::size_t j = 0; j < kFeatures; ++j) {
    const std::size_t node =
        testing::AddSplit(tree, static_cast<std::int32_t>(j), 3, j % 2 == 0, 1);
    tree.left[node] =
        static_cast<std::int32_t>(testing::AddLeaf(tree, 0.1 * static_cast<double>(j), 1));
    tree.right[node] = static_cast<std::int32_t>(tree.num_nodes());
  }
  testing::AddLeaf(tree, 2.5, 1);
  models::TreeEnsemble ensemble{.trees = {tree}, .num_features = kFeatures};
  base::Matrix<float> rows(1, kFeatures, 4.0F);
  rows(0, 5) = 1;
  ExpectEqualsBruteForce(ensemble, RandomRows(3, kFeatures, 0.1, 9), rows);
}

TEST(InterventionalExplainer, SingleLeafGivesZerosAndItsValueAsBase) {
  models::Tree tree;
  testing::AddLeaf(tree, 1.25, 10);
  const models::TreeEnsemble ensemble{.trees = {tree}, .base_margin = 0.5, .num_features = 2};
  const auto rows = RandomRows(3, 2, 0.1, 10);
  const auto shap = InterventionalExplainer(ensemble, rows.view()).Explain(rows.view(), 1);
  ASSERT_TRUE(shap.has_value());
  EXPECT_EQ(shap->base_value, 1.75);
  EXPECT_TRUE(std::ranges::all_of(shap->values.values(), [](double v) { return v == 0; }));
}

TEST(InterventionalExplainer, CoversPlayNoPart) {
  auto ensemble = RandomEnsemble({}, 11);
  const auto rows = RandomRows(5, 5, 0.1, 12);
  const auto before = InterventionalExplainer(ensemble, rows.view()).Explain(rows.view(), 1);
  for (auto& tree : ensemble.trees) {
    std::ranges::fill(tree.cover, 0.0);
  }
  const auto after = InterventionalExplainer(ensemble, rows.view()).Explain(rows.view(), 1);
  ASSERT_TRUE(before.has_value() && after.has_value());
  EXPECT_EQ(before->values.values(), after->values.values());
}

TEST(InterventionalExplainer, BackgroundOfTheRowItselfGivesZerosExactly) {
  const auto ensemble = RandomEnsemble({.trees = 20, .depth = 6, .features = 8}, 13);
  const auto rows = RandomRows(10, 8, 0.2, 14);
  for (std::size_t i = 0; i < rows.num_rows(); ++i) {
    const base::MatrixView<const float> row(rows.row(i).data(), 1, 8);
    const auto shap = InterventionalExplainer(ensemble, row).Explain(row, 1);
    ASSERT_TRUE(shap.has_value());
    for (const double value : shap->values.values()) {
      EXPECT_EQ(value, 0.0);
    }
  }
}

TEST(InterventionalExplainer, FeatureTheModelDoesNotUseGetsZeroExactly) {
  const auto ensemble =
      RandomEnsemble({.trees = 30, .depth = 5, .features = 7, .used_features = 4}, 15);
  const auto rows = RandomRows(20, 7, 0.1, 16);
  const auto shap = InterventionalExplainer(ensemble, rows.view()).Explain(rows.view(), 1);
  ASSERT_TRUE(shap.has_value());
  for (std::size_t i = 0; i < rows.num_rows(); ++i) {
    for (std::size_t j = 4; j < 7; ++j) {
      EXPECT_EQ(shap->values(i, j), 0.0);
    }
  }
}

TEST(InterventionalExplainer, TwinsThatPlayTheSamePartGetTheSame) {
  // Twice the same model, once on each twin; both columns hold the same values.
  const models::TreeEnsemble ensemble{
      .trees = {Stump(0, 2, -1, 1), Stump(1, 2, -1, 1), Stump(2, 3, 0.2, -0.4)}, .num_features = 3};
  auto rows = RandomRows(12, 3, 0.2, 17);
  for (std::size_t i = 0; i < rows.num_rows(); ++i) {
    rows(i, 1) = rows(i, 0);
  }
  const auto shap = InterventionalExplainer(ensemble, rows.view()).Explain(rows.view(), 1);
  ASSERT_TRUE(shap.has_value());
  for (std::size_t i = 0; i < rows.num_rows(); ++i) {
    EXPECT_EQ(shap->values(i, 0), shap->values(i, 1));
  }
}

TEST(InterventionalExplainer, SumOfTwoModelsGivesTheSumOfTheirValues) {
  const auto first = RandomEnsemble({.trees = 4, .depth = 4}, 18);
  const auto second = RandomEnsemble({.trees = 5, .depth = 3}, 19);
  models::TreeEnsemble both = first;
  both.trees.insert(both.trees.end(), second.trees.begin(), second.trees.end());
  both.base_margin += second.base_margin;
  const auto background = RandomRows(10, 5, 0.1, 20);
  const auto rows = RandomRows(10, 5, 0.1, 21);
  const auto a = InterventionalExplainer(first, background.view()).Explain(rows.view(), 1);
  const auto b = InterventionalExplainer(second, background.view()).Explain(rows.view(), 1);
  const auto sum = InterventionalExplainer(both, background.view()).Explain(rows.view(), 1);
  ASSERT_TRUE(a && b && sum);
  EXPECT_NEAR(sum->base_value, a->base_value + b->base_value, kBruteForceTolerance);
  for (std::size_t k = 0; k < sum->values.values().size(); ++k) {
    EXPECT_NEAR(sum->values.values()[k], a->values.values()[k] + b->values.values()[k],
                kBruteForceTolerance);
  }
}

TEST(InterventionalExplainer, ConcatenatedBagsWithScaledLeavesGiveTheMeanOfTheBags) {
  const auto rows = RandomRows(10, 5, 0.1, 22);
  models::TreeEnsemble joined;
  joined.num_features = 5;
  std::vector<double> mean(rows.num_rows() * 5, 0.0);
  constexpr int kBags = 4;
  for (int bag = 0; bag < kBags; ++bag) {
    auto ensemble = RandomEnsemble({.trees = 3}, 100 + static_cast<std::uint64_t>(bag));
    const auto shap = InterventionalExplainer(ensemble, rows.view()).Explain(rows.view(), 1);
    ASSERT_TRUE(shap.has_value());
    for (std::size_t k = 0; k < mean.size(); ++k) {
      mean[k] += shap->values.values()[k] / kBags;
    }
    for (auto& tree : ensemble.trees) {
      for (double& value : tree.value) {
        value /= kBags;
      }
      joined.trees.push_back(tree);
    }
  }
  const auto shap = InterventionalExplainer(joined, rows.view()).Explain(rows.view(), 1);
  ASSERT_TRUE(shap.has_value());
  for (std::size_t k = 0; k < mean.size(); ++k) {
    EXPECT_NEAR(shap->values.values()[k], mean[k], kBruteForceTolerance);
  }
}

TEST(InterventionalExplainer, RenumberedFeaturesGetTheirValuesRenumbered) {
  const std::vector<std::size_t> to = {3, 0, 4, 1, 2};
  const auto ensemble = RandomEnsemble({.trees = 6, .depth = 5}, 23);
  auto renumbered = ensemble;
  for (auto& tree : renumbered.trees) {
    for (std::size_t node = 0; node < tree.num_nodes(); ++node) {
      tree.feature[node] =
          static_cast<std::int32_t>(to[static_cast<std::size_t>(tree.feature[node])]);
    }
  }
  const auto rows = RandomRows(10, 5, 0.1, 24);
  base::Matrix<float> moved(10, 5);
  for (std::size_t i = 0; i < 10; ++i) {
    for (std::size_t j = 0; j < 5; ++j) {
      moved(i, to[j]) = rows(i, j);
    }
  }
  const auto shap = InterventionalExplainer(ensemble, rows.view()).Explain(rows.view(), 1);
  const auto other = InterventionalExplainer(renumbered, moved.view()).Explain(moved.view(), 1);
  ASSERT_TRUE(shap && other);
  for (std::size_t i = 0; i < 10; ++i) {
    for (std::size_t j = 0; j < 5; ++j) {
      EXPECT_NEAR(other->values(i, to[j]), shap->values(i, j), kBruteForceTolerance);
    }
  }
}

TEST(InterventionalExplainer, MonotoneFeatureAboveTheBackgroundContributesUpwards) {
  // Feature 0 raises the margin in every tree and under every condition on feature 1.
  models::Tree tree;
  testing::AddSplit(tree, 1, 3, true, 4);
  tree.left[0] = static_cast<std::int32_t>(testing::AddSplit(tree, 0, 2, true, 2));
  tree.left[1] = static_cast<std::int32_t>(testing::AddLeaf(tree, -0.5, 1));
  tree.right[1] = static_cast<std::int32_t>(testing::AddLeaf(tree, 0.7, 1));
  tree.right[0] = static_cast<std::int32_t>(testing::AddSplit(tree, 0, 4, false, 2));
  tree.left[4] = static_cast<std::int32_t>(testing::AddLeaf(tree, 0.1, 1));
  tree.right[4] = static_cast<std::int32_t>(testing::AddLeaf(tree, 0.2, 1));
  const models::TreeEnsemble ensemble{.trees = {tree, Stump(0, 1, -1, 0)}, .num_features = 2};
  auto background = RandomRows(30, 2, 0.0, 25);
  auto rows = RandomRows(30, 2, 0.0, 26);
  for (std::size_t i = 0; i < 30; ++i) {
    background(i, 0) = static_cast<float>(i % 4);
    rows(i, 0) = 4 + static_cast<float>(i % 3);
  }
  const auto shap = InterventionalExplainer(ensemble, background.view()).Explain(rows.view(), 1);
  ASSERT_TRUE(shap.has_value());
  for (std::size_t i = 0; i < 30; ++i) {
    EXPECT_GE(shap->values(i, 0), 0.0);
  }
}

TEST(InterventionalExplainer, SameBytesAtAnyNumberOfThreads) {
  const auto ensemble = RandomEnsemble({.trees = 40, .depth = 6, .features = 12}, 27);
  const auto background = RandomRows(50, 12, 0.1, 28);
  const auto rows = RandomRows(300, 12, 0.1, 29);
  const InterventionalExplainer explainer(ensemble, background.view());
  const auto one = explainer.Explain(rows.view(), 1);
  const auto three = explainer.Explain(rows.view(), 3);
  ASSERT_TRUE(one && three);
  EXPECT_EQ(one->values.values(), three->values.values());
}

TEST(InterventionalExplainer, SameBytesWithAnyInstructionSet) {
  const auto ensemble = RandomEnsemble({.trees = 20, .depth = 7, .features = 14}, 40);
  const auto background = RandomRows(150, 14, 0.1, 41);
  const auto rows = RandomRows(130, 14, 0.1, 42);
  const auto expected =
      InterventionalExplainer(ensemble, background.view(), 1, InstructionSet::kBaseline)
          .Explain(rows.view(), 1);
  ASSERT_TRUE(expected.has_value());
  for (const InstructionSet set : SupportedInstructionSets()) {
    const auto shap =
        InterventionalExplainer(ensemble, background.view(), 2, set).Explain(rows.view(), 1);
    ASSERT_TRUE(shap.has_value());
    EXPECT_EQ(shap->values.values(), expected->values.values()) << NameOf(set);
    EXPECT_EQ(shap->base_value, expected->base_value) << NameOf(set);
  }
}

TEST(InterventionalExplainer, AnswerForOneRowDoesNotDependOnItsNeighbours) {
  const auto ensemble = RandomEnsemble({.trees = 40, .depth = 6, .features = 12}, 30);
  const auto rows = RandomRows(70, 12, 0.1, 31);
  const InterventionalExplainer explainer(ensemble, rows.view());
  const auto all = explainer.Explain(rows.view(), 1);
  const auto alone =
      explainer.Explain(base::MatrixView<const float>(rows.row(67).data(), 1, 12), 1);
  ASSERT_TRUE(all && alone);
  EXPECT_TRUE(std::ranges::equal(all->values.row(67), alone->values.row(0)));
}

TEST(InterventionalExplainer, RowsOfAnotherWidthAreRefused) {
  const auto rows = RandomRows(2, 5, 0, 32);
  const InterventionalExplainer explainer(RandomEnsemble({}, 33), rows.view());
  const auto shap = explainer.Explain(RandomRows(2, 4, 0, 34).view(), 1);
  ASSERT_FALSE(shap.has_value());
  EXPECT_EQ(shap.error().code(), ErrorCode::kUsage);
}

TEST(CheckAdditivity, GapAndNanAreReported) {
  ShapMatrix shap{.values = base::Matrix<double>(1, 2, 0.5), .base_value = 1};
  EXPECT_TRUE(CheckAdditivity(shap, std::vector{2.0}).has_value());
  EXPECT_FALSE(CheckAdditivity(shap, std::vector{2.0 + 2e-9}).has_value());
  shap.values(0, 1) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(CheckAdditivity(shap, std::vector{2.0}).error().code(), ErrorCode::kInternal);
}

}  // namespace
}  // namespace ri::explanations
