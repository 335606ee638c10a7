#include "explanations/path_dependent_explainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "explanations/classic_tree_shap.h"
#include "explanations/cover.h"
#include "explanations/leaf_path.h"
#include "explanations/random_ensemble.h"

namespace ri::explanations {
namespace {

using testing::ClassicTreeShap;
using testing::RandomEnsemble;
using testing::RandomRows;

/// Leaf values of size 1 in float (eps 6e-8), a few dozen operations per tree.
constexpr double kFloatTolerance = 2e-6;

/// Expected value of one tree when the features of `mask` are known: the definition of the game.
double Conditional(const models::Tree& tree, std::span<const float> row, std::size_t mask,
                   std::size_t node = 0) {
  if (tree.is_leaf(node)) {
    return tree.value[node];
  }
  const auto left = static_cast<std::size_t>(tree.left[node]);
  const auto right = static_cast<std::size_t>(tree.right[node]);
  const auto feature = static_cast<std::size_t>(tree.feature[node]);
  if (((mask >> feature) & 1) != 0) {
    return Conditional(tree, row, mask, GoesLeft(tree, node, row[feature]) ? left : right);
  }
  const double share = RightShare(tree, node);
  return (1 - share) * Conditional(tree, row, mask, left) +
         share * Conditional(tree, row, mask, right);
}

std::vector<double> BruteForcePathDependent(const models::TreeEnsemble& ensemble,
                                            std::span<const float> row) {
  std::vector<double> value_of(std::size_t{1} << ensemble.num_features, ensemble.base_margin);
  for (std::size_t mask = 0; mask < value_of.size(); ++mask) {
    for (const models::Tree& tree : ensemble.trees) {
      value_of[mask] += Conditional(tree, row, mask);
    }
  }
  return testing::ShapleyByEnumeration(value_of, ensemble.num_features);
}

void ExpectNear(const models::TreeEnsemble& ensemble, const base::Matrix<float>& rows,
                InstructionSet set) {
  const PathDependentExplainer explainer(ensemble, set);
  const auto shap = explainer.Explain(rows.view(), 1);
  ASSERT_TRUE(shap.has_value());
  for (std::size_t i = 0; i < rows.num_rows(); ++i) {
    const auto expected = ClassicTreeShap(ensemble, rows.row(i));
    double sum = shap->base_value;
    for (std::size_t j = 0; j < expected.size(); ++j) {
      ASSERT_NEAR(shap->values(i, j), expected[j], kFloatTolerance)
          << NameOf(set) << ", row " << i << ", feature " << j;
      sum += shap->values(i, j);
    }
    EXPECT_NEAR(sum, ensemble.Margin(rows.row(i)), 4 * kFloatTolerance);
  }
}

TEST(ClassicTreeShap, EqualsBruteForce) {
  for (int depth = 0; depth <= 8; ++depth) {
    const auto ensemble = RandomEnsemble({.trees = 2, .depth = depth, .features = 6},
                                         60 + static_cast<std::uint64_t>(depth));
    const auto rows = RandomRows(6, 6, 0.15, 61);
    for (std::size_t i = 0; i < rows.num_rows(); ++i) {
      const auto expected = BruteForcePathDependent(ensemble, rows.row(i));
      const auto values = ClassicTreeShap(ensemble, rows.row(i));
      for (std::size_t j = 0; j < 6; ++j) {
        EXPECT_NEAR(values[j], expected[j], 1e-10);  // unwinding divides by cover fractions
      }
    }
  }
}

class PathDependentExplainerTest : public ::testing::TestWithParam<InstructionSet> {};

TEST_P(PathDependentExplainerTest, EqualsBruteForceAtEveryDepthWithTiesRepeatsAndMissing) {
  for (int depth = 0; depth <= 10; ++depth) {
    for (const std::size_t features : {2U, 4U, 9U}) {
      const auto ensemble = RandomEnsemble(
          {.trees = 2, .depth = depth, .features = features, .leaf_probability = 0.05},
          70 + static_cast<std::uint64_t>(depth));
      const auto rows = RandomRows(5, features, 0.15, 71);
      const auto shap = PathDependentExplainer(ensemble, GetParam()).Explain(rows.view(), 1);
      ASSERT_TRUE(shap.has_value());
      for (std::size_t i = 0; i < rows.num_rows(); ++i) {
        const auto expected = BruteForcePathDependent(ensemble, rows.row(i));
        for (std::size_t j = 0; j < features; ++j) {
          ASSERT_NEAR(shap->values(i, j), expected[j], kFloatTolerance)
              << "depth " << depth << ", features " << features << ", row " << i;
        }
      }
    }
  }
}

TEST_P(PathDependentExplainerTest, EqualsTheClassicRecursionOnEveryTreeShape) {
  for (const double leaf_probability : {0.0, 0.1, 0.3, 0.5}) {
    for (const std::size_t features : {3U, 12U, 40U}) {
      for (int depth = 1; depth <= 9; ++depth) {
        ExpectNear(RandomEnsemble({.trees = 4,
                                   .depth = depth,
                                   .features = features,
                                   .leaf_probability = leaf_probability},
                                  80 + static_cast<std::uint64_t>(depth)),
                   RandomRows(depth < 6 ? 70 : 6, features, 0.1, 81), GetParam());
      }
    }
  }
}

TEST_P(PathDependentExplainerTest, DoubleSumsKeepManyTreesAccurate) {
  const auto ensemble = RandomEnsemble({.trees = 200, .depth = 5, .features = 10}, 82);
  const auto rows = RandomRows(10, 10, 0.1, 83);
  const auto shap = PathDependentExplainer(ensemble, GetParam()).Explain(rows.view(), 1);
  ASSERT_TRUE(shap.has_value());
  for (std::size_t i = 0; i < rows.num_rows(); ++i) {
    const auto expected = ClassicTreeShap(ensemble, rows.row(i));
    for (std::size_t j = 0; j < 10; ++j) {
      EXPECT_NEAR(shap->values(i, j), expected[j], 2e-5);  // values reach 20
    }
  }
}

TEST_P(PathDependentExplainerTest, ChildWithoutCoverIsExact) {
  auto ensemble = RandomEnsemble({.trees = 6, .depth = 4, .features = 5}, 84);
  for (auto& tree : ensemble.trees) {
    for (std::size_t node = 0; node < tree.num_nodes(); ++node) {
      if (!tree.is_leaf(node) && node % 3 == 1) {
        const auto left = static_cast<std::size_t>(tree.left[node]);
        tree.cover[left] = 0;
      }
    }
  }
  const auto rows = RandomRows(40, 5, 0.1, 85);
  const auto shap = PathDependentExplainer(ensemble, GetParam()).Explain(rows.view(), 1);
  ASSERT_TRUE(shap.has_value());
  for (std::size_t i = 0; i < rows.num_rows(); ++i) {
    const auto expected = BruteForcePathDependent(ensemble, rows.row(i));
    for (std::size_t j = 0; j < 5; ++j) {
      EXPECT_NEAR(shap->values(i, j), expected[j], 2 * kFloatTolerance);
    }
  }
}

TEST_P(PathDependentExplainerTest, SameBytesAtAnyNumberOfThreadsAndInAnyCompany) {
  const auto ensemble = RandomEnsemble({.trees = 40, .depth = 6, .features = 12}, 86);
  const auto rows = RandomRows(300, 12, 0.1, 87);
  const PathDependentExplainer explainer(ensemble, GetParam());
  const auto one = explainer.Explain(rows.view(), 1);
  const auto three = explainer.Explain(rows.view(), 3);
  const auto alone =
      explainer.Explain(base::MatrixView<const float>(rows.row(123).data(), 1, 12), 1);
  ASSERT_TRUE(one && three && alone);
  EXPECT_EQ(one->values.values(), three->values.values());
  EXPECT_TRUE(std::ranges::equal(one->values.row(123), alone->values.row(0)));
}

TEST_P(PathDependentExplainerTest, UnusedFeatureGetsZeroExactly) {
  const auto ensemble =
      RandomEnsemble({.trees = 30, .depth = 5, .features = 7, .used_features = 4}, 88);
  const auto rows = RandomRows(20, 7, 0.1, 89);
  const auto shap = PathDependentExplainer(ensemble, GetParam()).Explain(rows.view(), 1);
  ASSERT_TRUE(shap.has_value());
  for (std::size_t i = 0; i < rows.num_rows(); ++i) {
    for (std::size_t j = 4; j < 7; ++j) {
      EXPECT_EQ(shap->values(i, j), 0.0);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryInstructionSet, PathDependentExplainerTest,
                         ::testing::ValuesIn(SupportedInstructionSets().begin(),
                                             SupportedInstructionSets().end()),
                         [](const auto& parameter) {
                           std::string name(NameOf(parameter.param));
                           std::erase_if(name, [](char c) { return !std::isalnum(c); });
                           return name;
                         });

}  // namespace
}  // namespace ri::explanations
