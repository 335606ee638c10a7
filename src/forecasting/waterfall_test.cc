#include "forecasting/waterfall.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "forecasting/forecast_fixture.h"
#include "forecasting/shapley.h"
#include "forecasting/waterfall_quantity.h"

namespace ri::forecasting {
namespace {

using fixture::Id;

DealStanding Open(std::int64_t amount, double probability, std::vector<std::uint32_t> nodes = {0},
                  bool in_period = true) {
  return {DealStatus::kOpen, amount, probability, in_period, std::move(nodes)};
}
DealStanding Won(std::int64_t amount, std::vector<std::uint32_t> nodes = {0}) {
  return {DealStatus::kWon, amount, 1, true, std::move(nodes)};
}
DealStanding Lost(std::int64_t amount = 0) { return {DealStatus::kLost, amount, 0, false, {0}}; }

WaterfallItem Item(DealStanding before, DealStanding after) {
  const std::int64_t amount = after.amount;
  return {Id(0), std::move(before), std::move(after), amount, {}, {}};
}

Waterfall Single(const WaterfallItem& item) {
  const auto nodes = ComputeWaterfall(std::span(&item, 1), {}, 1);
  EXPECT_TRUE(nodes.has_value());
  return nodes->front();
}

TEST(Waterfall, EachChangeHasItsStep) {
  const DealStanding absent{DealStatus::kAbsent, 0, 0, false, {}};
  const DealStanding deleted{DealStatus::kAbsent, 0, 0, false, {0}};
  using Step = WaterfallStep;
  EXPECT_EQ(Single(Item(absent, Open(1000, .3)))[Step::kNew], 300);
  EXPECT_EQ(Single(Item(absent, Won(1000)))[Step::kNew], 1000);
  EXPECT_EQ(Single(Item(Open(1000, .3), Won(1200)))[Step::kWon], 900);
  EXPECT_EQ(Single(Item(Open(1000, .3), Lost()))[Step::kLost], -300);
  EXPECT_EQ(Single(Item(Open(1000, .3), deleted))[Step::kRemoved], -300);
  EXPECT_EQ(Single(Item(Lost(), Open(1000, .2)))[Step::kReopened], 200);
  EXPECT_EQ(Single(Item(Won(1000), Open(1000, .5)))[Step::kReopened], -500);
  EXPECT_EQ(Single(Item(Won(1000), Lost()))[Step::kLost], -1000);
  EXPECT_EQ(Single(Item(Open(1000, .5), Open(1000, .1, {0}, false)))[Step::kSlippedOut], -400);
  EXPECT_EQ(Single(Item(Open(1000, .1, {0}, false), Open(1000, .5)))[Step::kPulledIn], 400);
  EXPECT_EQ(Single(Item(Won(1000), Won(1100)))[Step::kAmountUp], 100);
  DealStanding elsewhere = Won(900);
  elsewhere.in_period = false;
  EXPECT_EQ(Single(Item(Open(1000, .4), elsewhere))[Step::kSlippedOut], -400);
}

TEST(Waterfall, AmountAndProbabilityShareTheProductFairly) {
  WaterfallItem item = Item(Open(1000, .4), Open(2200, .6));
  item.amount_at_old_rate = 2000;
  item.probability_new_model = .45;
  item.probability_later_day = .42;
  const Waterfall waterfall = Single(item);
  EXPECT_EQ(waterfall.begin, 400);
  EXPECT_EQ(waterfall.end, 1320);
  EXPECT_EQ(waterfall[WaterfallStep::kAmountUp], 500);
  EXPECT_EQ(waterfall[WaterfallStep::kCurrency], 100);
  EXPECT_EQ(waterfall[WaterfallStep::kProbabilityModel], 80);
  EXPECT_EQ(waterfall[WaterfallStep::kProbabilityTime], -48);
  EXPECT_EQ(waterfall[WaterfallStep::kProbabilityFacts], 288);
}

TEST(Waterfall, ADealThatChangesHandsMovesFirst) {
  // Nodes: 0 total, 1 and 2 teams.
  const WaterfallItem item = Item(Open(1000, .4, {0, 1}), Open(1000, .7, {0, 2}));
  const auto nodes = *ComputeWaterfall(std::span(&item, 1), {}, 3);
  EXPECT_EQ(nodes[1][WaterfallStep::kOwnership], -400);
  EXPECT_EQ(nodes[1].end, 0);
  EXPECT_EQ(nodes[2][WaterfallStep::kOwnership], 400);
  EXPECT_EQ(nodes[2][WaterfallStep::kProbabilityFacts], 300);
  EXPECT_EQ(nodes[0][WaterfallStep::kOwnership], 0);
  EXPECT_EQ(nodes[0][WaterfallStep::kProbabilityFacts], 300);
}

// Nodes: 0 total, 1..3 teams, 4..9 reps (team 1 + rep % 3).
DealStanding RandomStanding(base::RandomStream& stream) {
  DealStanding standing;
  standing.status = static_cast<DealStatus>(stream.Below(4));
  standing.amount = static_cast<std::int64_t>(stream.Below(100'000'000));
  standing.probability = standing.status == DealStatus::kOpen ? stream.Uniform() : 0;
  standing.in_period = stream.Bernoulli(.7);
  const auto rep = static_cast<std::uint32_t>(stream.Below(6));
  standing.nodes = {0, 1 + rep % 3, 4 + rep};
  return standing;
}

TEST(Waterfall, IdentityHoldsToTheCentAtEveryNodeAndAddsUpTheTree) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    base::RandomStream stream(seed, "waterfall-test");
    std::vector<WaterfallItem> items;
    for (std::size_t i = 0; i < 150; ++i) {
      WaterfallItem item{Id(i), RandomStanding(stream), RandomStanding(stream), 0, {}, {}};
      item.amount_at_old_rate = static_cast<std::int64_t>(stream.Below(100'000'000));
      if (stream.Bernoulli(.5)) {
        item.probability_new_model = stream.Uniform();
        item.probability_later_day = stream.Uniform();
      }
      items.push_back(std::move(item));
    }
    std::vector<WaterfallExpectation> expectations;
    for (std::uint32_t rep = 0; rep < 6; ++rep) {
      expectations.push_back(
          {1e6 * stream.Uniform(), 1e6 * stream.Uniform(), {0, 1 + rep % 3, 4 + rep}});
    }
    const auto nodes = ComputeWaterfall(items, expectations, 10);
    ASSERT_TRUE(nodes.has_value());
    for (const Waterfall& node : *nodes) {
      EXPECT_EQ(std::accumulate(node.steps.begin(), node.steps.end(), node.begin), node.end);
    }
    for (std::size_t step = 0; step < kNumWaterfallSteps; ++step) {
      EXPECT_EQ((*nodes)[0].steps[step],
                (*nodes)[1].steps[step] + (*nodes)[2].steps[step] + (*nodes)[3].steps[step]);
      EXPECT_EQ((*nodes)[1].steps[step], (*nodes)[4].steps[step] + (*nodes)[7].steps[step]);
    }
    // The total is the rounded sum, not the sum of rounded deals.
    double exact = 0;
    for (const WaterfallItem& item : items) {
      const DealStanding& now = item.after;
      exact += now.status == DealStatus::kOpen ? static_cast<double>(now.amount) * now.probability
               : now.status == DealStatus::kWon && now.in_period ? static_cast<double>(now.amount)
                                                                 : 0;
    }
    for (const auto& expectation : expectations) {
      exact += expectation.after;
    }
    EXPECT_EQ((*nodes)[0].end, std::llround(exact));
  }
}

TEST(Waterfall, StandingsWalkFromTheFirstDateToTheSecond) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    base::RandomStream stream(seed, "standing-test");
    WaterfallItem item{Id(0), RandomStanding(stream), RandomStanding(stream), 0, {}, {}};
    item.amount_at_old_rate = static_cast<std::int64_t>(stream.Below(100'000'000));
    item.probability_new_model = item.before.probability;
    const auto value = [](const DealStanding& s) {
      return s.status == DealStatus::kOpen ? static_cast<double>(s.amount) * s.probability
             : s.status == DealStatus::kWon && s.in_period ? static_cast<double>(s.amount)
                                                           : 0;
    };
    EXPECT_EQ(value(StandingAfter(item, 0)), value(item.before));
    EXPECT_NEAR(value(StandingAfter(item, kAllSteps)), value(item.after), 1e-6);
    if (item.after.status != DealStatus::kAbsent) {
      EXPECT_EQ(StandingAfter(item, kAllSteps).nodes, item.after.nodes);
    }
  }
}

TEST(Waterfall, StepsAreTheShapleyValuesOfTheMean) {
  WaterfallItem item = Item(Open(100'000'000, .4), Open(220'000'000, .6));
  item.amount_at_old_rate = 200'000'000;
  item.probability_new_model = .45;
  item.probability_later_day = .42;
  const Waterfall waterfall = Single(item);
  const auto shares =
      ShapleyValues(kNumWaterfallSteps,
                    [&](std::uint32_t steps) {
                      const DealStanding standing = StandingAfter(item, steps);
                      return static_cast<double>(standing.amount) * standing.probability;
                    },
                    {.largest_exact = 15});
  for (std::size_t step = 0; step < kNumWaterfallSteps; ++step) {
    EXPECT_NEAR(shares[step], static_cast<double>(waterfall.steps[step]), 1) << step;
  }
}

TEST(Waterfall, RoundsToTheLargestRemainders) {
  const std::vector<double> values{1.2, 2.7, -0.4, 3.5};
  EXPECT_EQ(RoundToTotal(values, 7), (std::vector<std::int64_t>{1, 3, 0, 3}));
}

TEST(Waterfall, RefusesUnsortedItemsAndNodesOutOfRange) {
  std::vector<WaterfallItem> items{Item(Open(1, .5), Lost()), Item(Open(1, .5), Lost())};
  EXPECT_FALSE(ComputeWaterfall(items, {}, 1).has_value());
  items.pop_back();
  EXPECT_FALSE(ComputeWaterfall(items, {}, 0).has_value());
  items[0].before.probability = 2;
  EXPECT_FALSE(ComputeWaterfall(items, {}, 1).has_value());
}

TEST(Waterfall, QuantitiesSplitIntoSharesThatAddUp) {
  base::RandomStream stream(31, "quantity-test");
  std::vector<WaterfallItem> items;
  QuantityWaterfallInput input;
  for (std::size_t i = 0; i < 40; ++i) {
    const auto amount = static_cast<std::int64_t>(1'000'000 + stream.Below(9'000'000));
    const double q = .1 + .5 * stream.Uniform();
    WaterfallItem item{Id(i), Open(amount, q), Open(amount, q), amount, {}, {}};
    if (i % 8 == 0) {
      item.before = {DealStatus::kAbsent, 0, 0, false, {}};
    } else if (i % 8 == 1) {
      item.after = Won(amount);
    } else if (i % 8 == 2) {
      item.after = Lost();
    } else if (i % 8 == 3) {
      item.after.amount = item.amount_at_old_rate = 2 * amount;
    } else if (i % 8 == 4) {
      item.after.probability = q / 2;
      item.after.in_period = false;
    }
    items.push_back(std::move(item));
    input.team.push_back(static_cast<int>(i % 3));
    input.spread_before.amount_ratio.push_back(-1);
  }
  input.items = items;
  input.new_business_before = {{4, 2, {{30000, 1}}}};
  input.new_business_after = {{3, 2, {{30000, 1}}}};
  input.spread_before.model = {.05, .05};
  input.spread_after = input.spread_before;
  input.spread_after.model = {.01, .02};
  input.quota = 900000;
  input.options.max_cells = 256;
  const auto result = ComputeQuantityWaterfalls(input);
  ASSERT_TRUE(result.has_value());
  for (const QuantityWaterfall* quantity :
       {&result->mean, &result->p10, &result->p50, &result->p90, &result->quota_probability}) {
    const double sum =
        std::accumulate(quantity->steps.begin(), quantity->steps.end(), quantity->begin);
    EXPECT_NEAR(sum, quantity->end, 1e-9 * std::fabs(quantity->end));
  }
  // The mean's shares are the waterfall itself.
  const auto plain = ComputeWaterfall(items, {}, 1);
  constexpr auto kNewBusiness = static_cast<std::size_t>(WaterfallStep::kNewBusiness);
  constexpr auto kSpread = static_cast<std::size_t>(WaterfallStep::kSpread);
  for (std::size_t step = 0; step < kNewBusiness; ++step) {
    EXPECT_NEAR(result->mean.steps[step], static_cast<double>(plain->front().steps[step]) / 100,
                .5);
  }
  EXPECT_NEAR(result->mean.steps[kNewBusiness], -30000, 1e-6);
  // How strongly deals end together moves both ends towards the middle and the mean not at all.
  EXPECT_NEAR(result->mean.steps[kSpread], 0, 1e-6);
  EXPECT_GT(result->p10.steps[kSpread], 0);
  EXPECT_LT(result->p90.steps[kSpread], 0);
  const auto probability = [&](WaterfallStep step) {
    return result->quota_probability.steps[static_cast<std::size_t>(step)];
  };
  EXPECT_GT(probability(WaterfallStep::kNew), 0);
  EXPECT_GT(probability(WaterfallStep::kWon), 0);
  EXPECT_LT(probability(WaterfallStep::kLost), 0);
  EXPECT_LT(probability(WaterfallStep::kSlippedOut), 0);
  EXPECT_EQ(probability(WaterfallStep::kCurrency), 0);

  input.shapley = {.largest_exact = 4, .num_orders = 4};
  // Steps on a coarser grid: the same ends, steps that still add up, and nearly the same shares.
  input.options.max_cells = 4096;
  const auto fine = ComputeQuantityWaterfalls(input);
  input.step_cells = 512;
  const auto coarse = ComputeQuantityWaterfalls(input);
  ASSERT_TRUE(fine.has_value() && coarse.has_value());
  for (const auto quantity : {&QuantityWaterfalls::p10, &QuantityWaterfalls::p50,
                              &QuantityWaterfalls::quota_probability}) {
    const QuantityWaterfall& a = (*fine).*quantity;
    const QuantityWaterfall& b = (*coarse).*quantity;
    EXPECT_EQ(a.begin, b.begin);
    EXPECT_EQ(a.end, b.end);
    EXPECT_NEAR(std::accumulate(b.steps.begin(), b.steps.end(), b.begin), b.end,
                1e-9 * std::fabs(b.end));
    // A quantile cannot be finer than the cells of some 4 million over 512.
    const double tolerance = quantity == &QuantityWaterfalls::quota_probability ? .005 : 8000;
    for (std::size_t step = 0; step < kNumWaterfallSteps; ++step) {
      EXPECT_NEAR(a.steps[step], b.steps[step], tolerance);
    }
  }
}

TEST(Shapley, GloveGame) {
  // One left glove, two right ones: 2/3, 1/6, 1/6 (Shapley 1953, textbook example).
  const auto shares = ShapleyValues(
      3, [](std::uint32_t set) { return (set & 1) != 0 && (set & 6) != 0 ? 1.0 : 0.0; });
  EXPECT_NEAR(shares[0], 2.0 / 3, 1e-12);
  EXPECT_NEAR(shares[1], 1.0 / 6, 1e-12);
  EXPECT_NEAR(shares[2], 1.0 / 6, 1e-12);
}

TEST(Shapley, SampledOrdersStillSumToTheChange) {
  const auto value = [](std::uint32_t set) {
    return std::sqrt(static_cast<double>(__builtin_popcount(set & 0x3ff))) +
           ((set & 5) == 5 ? 2 : 0);
  };
  const auto sampled = ShapleyValues(10, value, {.largest_exact = 4});
  const auto exact = ShapleyValues(10, value, {.largest_exact = 10});
  EXPECT_NEAR(std::accumulate(sampled.begin(), sampled.end(), 0.0), std::sqrt(10) + 2, 1e-12);
  for (std::size_t k = 0; k < 10; ++k) {
    // 64 orders of effects below 2.5: six standard errors of .1.
    EXPECT_NEAR(sampled[k], exact[k], .6);
  }
}

}  // namespace
}  // namespace ri::forecasting
