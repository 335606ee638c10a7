#include "deals/worklist.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "book/book_fixture.h"

namespace ri::deals {
namespace {

TEST(Worklist, TakesMoreFromTheValueAtRiskThanTheLargestDealsDo) {
  const book::testing::BookFixture fixture({.seed = 4, .deals = 400});
  const auto book = fixture.BookAt(book::testing::BookFixture::Now());
  ASSERT_GT(book->deals().size(), 20u);
  std::vector<std::size_t> by_stake(10);
  std::iota(by_stake.begin(), by_stake.end(), std::size_t{0});
  std::vector<std::size_t> by_amount(book->deals().size());
  std::iota(by_amount.begin(), by_amount.end(), std::size_t{0});
  std::ranges::stable_sort(by_amount, std::ranges::greater(), [&](std::size_t i) {
    return book->deals()[i].amount_minor.value_or(0);
  });
  by_amount.resize(5);
  const WorkPlan plan = PlanWork(*book, by_stake, by_amount, 5);
  ASSERT_EQ(plan.items.size(), 5u);
  EXPECT_GE(plan.considered, 10u);
  // The largest deals were looked at as well, so that they are no better than what was chosen.
  EXPECT_GE(plan.gain, plan.gain_by_amount);
  EXPECT_TRUE(std::ranges::is_sorted(plan.items, std::ranges::greater(), &PlannedWork::gain));
  double gain = 0;
  for (const PlannedWork& work : plan.items) {
    gain += work.gain;
    EXPECT_EQ(work.gain > 0, !work.options.empty() && work.options.front().points > 0 &&
                                 book->deals()[work.position].amount_minor.value_or(0) > 0);
  }
  EXPECT_DOUBLE_EQ(gain, plan.gain);
  EXPECT_EQ(plan.message.empty(), plan.helped > 0);
}

TEST(Worklist, AnEmptyPipelineGivesAnEmptyPlan) {
  const book::testing::BookFixture fixture({.seed = 4, .deals = 50});
  const auto book = fixture.BookAt(book::testing::BookFixture::Now());
  const WorkPlan plan = PlanWork(*book, {}, {}, 5);
  EXPECT_TRUE(plan.items.empty());
  EXPECT_EQ(plan.gain, 0);
  EXPECT_TRUE(plan.message.empty());
}

}  // namespace
}  // namespace ri::deals
