#include "explanations/fast_margins.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "explanations/random_ensemble.h"

namespace ri::explanations {
namespace {

using testing::RandomEnsemble;
using testing::RandomRows;

class FastMarginsTest : public ::testing::TestWithParam<InstructionSet> {};

TEST_P(FastMarginsTest, SameBytesAsWalkingTheTrees) {
  for (int depth = 0; depth <= 14; ++depth) {
    for (const double leaf_probability : {0.0, 0.3}) {
      if (depth > 9 && leaf_probability == 0) {
        continue;
      }
      const auto ensemble = RandomEnsemble(
          {.trees = 5, .depth = depth, .features = 7, .leaf_probability = leaf_probability},
          200 + static_cast<std::uint64_t>(depth));
      const auto rows = RandomRows(150, 7, 0.2, 201);
      EXPECT_EQ(FastMargins(ensemble, GetParam()).Margins(rows.view(), 2),
                ensemble.Margins(rows.view()))
          << "depth " << depth;
    }
  }
}

TEST_P(FastMarginsTest, ChainOfSplitsDeeperThanTheBlocksIsWalked) {
  models::Tree tree;
  for (int level = 0; level < 30; ++level) {
    const std::size_t node =
        testing::AddSplit(tree, level % 3, 0.25F * static_cast<float>(level), level % 2 == 0, 1);
    tree.right[node] = static_cast<std::int32_t>(testing::AddLeaf(tree, level, 1));
    tree.left[node] = static_cast<std::int32_t>(tree.num_nodes());
  }
  testing::AddLeaf(tree, -1, 1);
  const models::TreeEnsemble ensemble{.trees = {tree}, .base_margin = 0, .num_features = 3};
  const auto rows = RandomRows(100, 3, 0.2, 202);
  EXPECT_EQ(FastMargins(ensemble, GetParam()).Margins(rows.view(), 1),
            ensemble.Margins(rows.view()));
}

TEST_P(FastMarginsTest, NoRowsGiveNoMargins) {
  const auto ensemble = RandomEnsemble({}, 203);
  EXPECT_TRUE(FastMargins(ensemble, GetParam()).Margins(RandomRows(0, 5, 0, 1).view(), 1).empty());
}

INSTANTIATE_TEST_SUITE_P(EveryInstructionSet, FastMarginsTest,
                         ::testing::ValuesIn(SupportedInstructionSets().begin(),
                                             SupportedInstructionSets().end()),
                         [](const auto& parameter) {
                           std::string name(NameOf(parameter.param));
                           std::erase_if(name, [](char c) { return !std::isalnum(c); });
                           return name;
                         });

}  // namespace
}  // namespace ri::explanations
