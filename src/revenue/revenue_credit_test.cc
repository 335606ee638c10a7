#include "revenue/revenue_credit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <string>

namespace ri::revenue {
namespace {

struct Split {
  std::uint32_t deal;
  std::string type;
  std::uint32_t rep;
  double percent;
  std::int64_t at = 1000;
  bool deleted = false;
};

data::EventLog LogOf(const std::vector<Split>& splits) {
  using data::EntityKind;
  using data::ValueType;
  data::EventLog::Content content;
  const auto kind = static_cast<std::size_t>(EntityKind::kSplit);
  content.keys[static_cast<std::size_t>(EntityKind::kDeal)] = {"d0", "d1"};
  content.keys[static_cast<std::size_t>(EntityKind::kRep)] = {"r0", "r1", "r2"};
  content.attributes = {{EntityKind::kSplit, std::string(data::attribute::kDeal),
                         ValueType::kReference, EntityKind::kDeal},
                        {EntityKind::kSplit, std::string(data::attribute::kOwner),
                         ValueType::kReference, EntityKind::kRep},
                        {EntityKind::kSplit, std::string(data::attribute::kSplitPercent),
                         ValueType::kReal, EntityKind::kSplit},
                        {EntityKind::kSplit, std::string(data::attribute::kType), ValueType::kText,
                         EntityKind::kSplit},
                        {EntityKind::kSplit, std::string(data::attribute::kDeleted),
                         ValueType::kFlag, EntityKind::kSplit}};
  for (const Split& split : splits) {
    if (std::ranges::find(content.symbols, split.type) == content.symbols.end()) {
      content.symbols.push_back(split.type);
    }
    const auto entity = static_cast<std::uint32_t>(content.keys[kind].size());
    content.keys[kind].push_back("s" + std::to_string(entity));
    const auto symbol = std::ranges::find(content.symbols, split.type) - content.symbols.begin();
    const auto add = [&](std::uint32_t attribute, std::int64_t value) {
      content.rows.push_back({EntityKind::kSplit, entity, attribute, split.at, split.at, 0, value});
    };
    add(0, split.deal);
    add(1, split.rep);
    add(2, std::bit_cast<std::int64_t>(split.percent));
    add(3, symbol);
    if (split.deleted) {
      add(4, 1);
    }
  }
  return data::EventLog::Build(std::move(content));
}

const domain::Timestamp kLater = domain::TimestampFromMilliseconds(5000);

TEST(RevenueCredits, SharesOfTheRevenueTypeCountAndOverlaysDoNot) {
  const auto credits = RevenueCredits::At(
      LogOf({{0, "Overlay", 2, 100}, {0, "Revenue", 0, 60}, {0, "Revenue", 1, 40}}), kLater);
  const auto shares = credits.Of(0);
  ASSERT_EQ(shares.size(), 2U);
  EXPECT_EQ(shares[0].rep, 0U);
  EXPECT_DOUBLE_EQ(shares[0].share, .6);
  EXPECT_DOUBLE_EQ(shares[1].share, .4);
  EXPECT_TRUE(credits.Of(1).empty());
}

TEST(RevenueCredits, ThirdsAreScaledToOneAndHalfEnteredSplitsAreLeftToTheOwner) {
  const auto credits = RevenueCredits::At(LogOf({{0, "Revenue", 0, 33.3},
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
  const auto log = LogOf({{0, "Revenue", 0, 100, 9000}, {1, "Revenue", 1, 100, 1000, true}});
  const auto credits = RevenueCredits::At(log, kLater);
  EXPECT_TRUE(credits.Of(0).empty());
  EXPECT_TRUE(credits.Of(1).empty());
}

}  // namespace
}  // namespace ri::revenue
