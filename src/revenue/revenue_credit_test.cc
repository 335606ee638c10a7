#include "revenue/revenue_credit.h"

#include <gtest/gtest.h>

#include "revenue/split_fixture.h"

namespace ri::revenue {
namespace {

const domain::Timestamp kLater = domain::TimestampFromMilliseconds(5000);

TEST(RevenueCredits, SharesOfTheRevenueTypeCountAndOverlaysDoNot) {
  const auto credits = RevenueCredits::At(
      LogOfSplits({{0, "Overlay", 2, 100}, {0, "Revenue", 0, 60}, {0, "Revenue", 1, 40}}), kLater);
  const auto shares = credits.Of(0);
  ASSERT_EQ(shares.size(), 2U);
  EXPECT_EQ(shares[0].rep, 0U);
  EXPECT_DOUBLE_EQ(shares[0].share, .6);
  EXPECT_DOUBLE_EQ(shares[1].share, .4);
  EXPECT_TRUE(credits.Of(1).empty());
}

TEST(RevenueCredits, ThirdsAreScaledToOneAndHalfEnteredSplitsAreLeftToTheOwner) {
  const auto credits = RevenueCredits::At(LogOfSplits({{0, "Revenue", 0, 33.3},
                                                       {0, "Revenue", 1, 33.3},
                                                       {0, "Revenue", 2, 33.3},
                                                       {1, "Revenue", 0, 50}}),
                                          kLater);
  double sum = 0;
  for (const CreditShare& share : credits.Of(0)) {
    sum += share.share;
  }
  EXPECT_NEAR(sum, 1, 1e-12);
  EXPECT_TRUE(credits.Of(1).empty());
}

TEST(RevenueCredits, SplitsFromTheFutureAndDeletedOnesDoNotCount) {
  const auto log = LogOfSplits({{0, "Revenue", 0, 100, 9000}, {1, "Revenue", 1, 100, 1000, true}});
  const auto credits = RevenueCredits::At(log, kLater);
  EXPECT_TRUE(credits.Of(0).empty());
  EXPECT_TRUE(credits.Of(1).empty());
}

}  // namespace
}  // namespace ri::revenue
