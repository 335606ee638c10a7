#include "explanations/leaf_patterns.h"

#include <gtest/gtest.h>

#include <array>

namespace ri::explanations {
namespace {

std::array<double, 3> Split(std::uint32_t row, std::uint32_t background, int conditions) {
  std::array<double, 3> contributions{};
  AddPatternContributions(row, conditions, 1.0, std::array{PatternShareOfBackground{background, 1}},
                          contributions);
  return contributions;
}

// Worked by hand from the definition of the Shapley value.
TEST(LeafPatterns, OneConditionMetByTheRowOnlyEarnsTheWholeLeaf) {
  EXPECT_EQ(Split(0b1, 0b0, 1), (std::array{1.0, 0.0, 0.0}));
}

TEST(LeafPatterns, OneConditionEachSplitsTheLeafInHalvesOfOppositeSign) {
  EXPECT_EQ(Split(0b01, 0b10, 2), (std::array{0.5, -0.5, 0.0}));
}

TEST(LeafPatterns, TwoConditionsAgainstOneEarnSixthsAndCancel) {
  const auto contributions = Split(0b011, 0b100, 3);
  EXPECT_DOUBLE_EQ(contributions[0], 1.0 / 6);
  EXPECT_DOUBLE_EQ(contributions[1], 1.0 / 6);
  EXPECT_DOUBLE_EQ(contributions[2], -1.0 / 3);
}

TEST(LeafPatterns, ConditionThatNobodyMeetsPaysNothing) {
  EXPECT_EQ(Split(0b001, 0b010, 3), (std::array{0.0, 0.0, 0.0}));
}

TEST(LeafPatterns, EqualPatternsPayNothing) {
  EXPECT_EQ(Split(0b111, 0b111, 3), (std::array{0.0, 0.0, 0.0}));
}

TEST(LeafPatterns, TableHoldsWhatIsComputedPatternByPattern) {
  const std::array<PatternShareOfBackground, 3> background{
      {{0b00101, 0.25}, {0b11010, 0.5}, {0b11111, 0.25}}};
  const auto table = TabulatePatterns(5, -1.7, background);
  ASSERT_EQ(table.size(), 32U * 5U);
  for (std::uint32_t row = 0; row < 32; ++row) {
    std::array<double, 5> expected{};
    AddPatternContributions(row, 5, -1.7, background, expected);
    for (std::size_t k = 0; k < 5; ++k) {
      EXPECT_NEAR(table[row * 5 + k], expected[k], 1e-15) << "pattern " << row;
    }
  }
}

TEST(LeafPatterns, LeafWithoutConditionsHasAnEmptyTable) {
  EXPECT_TRUE(TabulatePatterns(0, 3.0, std::array{PatternShareOfBackground{0, 1}}).empty());
}

}  // namespace
}  // namespace ri::explanations
