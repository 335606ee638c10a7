#include "scoring/shrunken_shares.h"

#include <gtest/gtest.h>

#include <vector>

namespace ri::scoring {
namespace {

using Case = ShrunkenShares::Case;

std::vector<Case> Cases(std::size_t yes, std::size_t no, const std::vector<std::string>& classes) {
  std::vector<Case> cases(yes, {classes, true});
  cases.insert(cases.end(), no, {classes, false});
  return cases;
}

TEST(ShrunkenShares, FollowTheFormulaDownTheChain) {
  std::vector<Case> cases = Cases(3, 7, {"a", "x"});
  const std::vector<Case> others = Cases(10, 0, {"a", "y"});
  cases.insert(cases.end(), others.begin(), others.end());
  const ShrunkenShares shares(cases, 20);
  const double all = 13.5 / 21;
  const double a = (13 + 20 * all) / 40;
  const std::vector<std::string> ax = {"a", "x"};
  EXPECT_NEAR(shares.At(ax).value, (3 + 20 * a) / 30, 1e-15);
  EXPECT_EQ(shares.At(ax).cases, 10U);
  const std::vector<std::string> unknown = {"a", "z"};
  EXPECT_NEAR(shares.At(unknown).value, a, 1e-15);
  const std::vector<std::string> nothing = {"b", "x"};
  EXPECT_NEAR(shares.At(nothing).value, all, 1e-15);
}

TEST(ShrunkenShares, WithoutCasesSayOneHalf) {
  const ShrunkenShares shares({});
  EXPECT_EQ(shares.size(), 0U);
  EXPECT_EQ(shares.At({}).value, 0.5);
}

TEST(ShrunkenShares, DoNotMistakeOneChainForAnother) {
  // "ab" + "c" is not "a" + "bc".
  const ShrunkenShares shares(Cases(50, 0, {"ab", "c"}), 1);
  const std::vector<std::string> other = {"a", "bc"};
  EXPECT_EQ(shares.At(other).cases, 50U);  // only the share of all
  EXPECT_NEAR(shares.At(other).value, 50.5 / 51, 1e-15);
}

}  // namespace
}  // namespace ri::scoring
