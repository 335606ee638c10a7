#include "revenue/node_outcomes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "revenue/split_fixture.h"

namespace ri::revenue {
namespace {

const domain::Timestamp kLater = domain::TimestampFromMilliseconds(5000);

std::vector<QuarterNode> Teams() {
  return {{.name = "total", .reps = {0, 1, 2}, .has_unowned = true},
          {.name = "north", .reps = {0}},
          {.name = "south", .reps = {1}, .has_unowned = true}};
}

BookedDeal Won(std::uint32_t deal, std::optional<std::size_t> owner, double amount) {
  BookedDeal booked;
  booked.deal = deal;
  booked.owner = owner;
  booked.amount = amount;
  return booked;
}

TEST(NodeOutcomes, EachDealCountsInTheTotalAndWithItsOwnersNode) {
  const auto outcomes = NodeOutcomes(
      Teams(),
      std::vector{Won(0, 0, 10), Won(1, 1, 200), Won(2, std::nullopt, 3000), Won(3, 2, 40000)},
      RevenueCredits());
  EXPECT_EQ(outcomes, (std::vector<double>{43210, 10, 3200}));
}

TEST(NodeOutcomes, OfASplitDealEveryNodeGetsItsPart) {
  const auto credits = RevenueCredits::At(
      LogOfSplits({{0, "Revenue", 0, 25}, {0, "Revenue", 1, 50}, {0, "Revenue", 2, 25}}), kLater);
  const auto outcomes = NodeOutcomes(Teams(), std::vector{Won(0, 0, 1000), Won(1, 0, 8)}, credits);
  EXPECT_EQ(outcomes, (std::vector<double>{1008, 258, 500}));
}

TEST(NodeOutcomes, AsManyNodesAsOneLikesAgreeWithAskingEachNodeForEachDeal) {
  std::mt19937_64 random(7);
  constexpr std::size_t kReps = 300;
  std::vector<QuarterNode> nodes(41);
  for (std::size_t rep = 0; rep < kReps; ++rep) {
    if (const std::size_t node = random() % nodes.size(); node > 0) {
      nodes[node].reps.push_back(rep);
    }
  }
  std::vector<BookedDeal> booked;
  for (std::uint32_t deal = 0; deal < 2000; ++deal) {
    booked.push_back(Won(deal, random() % kReps, static_cast<double>(random() % 100000)));
  }
  const auto outcomes = NodeOutcomes(nodes, booked, RevenueCredits());
  for (std::size_t n = 1; n < nodes.size(); ++n) {
    double expected = 0;
    for (const BookedDeal& deal : booked) {
      expected += std::ranges::binary_search(nodes[n].reps, *deal.owner) ? deal.amount : 0;
    }
    EXPECT_EQ(outcomes[n], expected) << n;
  }
}

}  // namespace
}  // namespace ri::revenue
