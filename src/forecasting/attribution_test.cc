#include "forecasting/attribution.h"

#include <gtest/gtest.h>

#include <cmath>

#include "forecasting/forecast_fixture.h"
#include "forecasting/scenario.h"

namespace ri::forecasting {
namespace {

using fixture::AllOf;
using fixture::Deal;
using fixture::RandomBook;

// Frequencies left out of a mixture move probabilities by less than this.
constexpr double kLeftOut = 1e-8;

TEST(Attribution, IndependentDealsEqualEnumeration) {
  ForecastBook book;
  for (std::size_t i = 0; i < 10; ++i) {
    book.deals.push_back(
        Deal(i, 0.05 + 0.1 * static_cast<double>(i), 100 * (1 + static_cast<double>(i * i % 11))));
  }
  const auto engine = ForecastEngine::Create(book, {});
  const auto spectrum = engine->Open(AllOf(book), ForecastPeriod::kCurrent);
  AttributionOptions options;
  options.quota = 2000;
  const auto risk = AttributeRisk(*spectrum, options);
  ASSERT_TRUE(risk.has_value());
  ASSERT_EQ(risk->deals.size(), 10U);
  double variance = 0;
  for (const ForecastDeal& deal : book.deals) {
    variance += deal.win_this_period * (1 - deal.win_this_period) * deal.amount * deal.amount;
  }
  EXPECT_NEAR(risk->variance / variance, 1, 1e-12);
  for (std::size_t i = 0; i < 10; ++i) {
    double tail = 0;
    double tail_revenue = 0;
    double won_above = 0;
    double not_above = 0;
    for (std::size_t set = 0; set < 1024; ++set) {
      double mass = 1;
      double sum = 0;
      for (std::size_t k = 0; k < 10; ++k) {
        const bool won = (set >> k & 1) != 0;
        const double q = book.deals[k].win_this_period;
        mass *= won ? q : 1 - q;
        sum += won ? book.deals[k].amount : 0;
      }
      const bool won = (set >> i & 1) != 0;
      if (sum <= risk->tail_threshold + 1) {
        tail += mass;
        tail_revenue += won ? mass * book.deals[i].amount : 0;
      }
      (won ? won_above : not_above) += sum >= 2000 ? mass : 0;
    }
    const double q = book.deals[i].win_this_period;
    const DealRisk& deal = risk->deals[i];
    EXPECT_EQ(deal.deal, i);
    EXPECT_NEAR(risk->tail_probability, tail, 1e-12);
    EXPECT_NEAR(deal.downside_mean, tail_revenue / tail, 1e-8);
    EXPECT_NEAR(*deal.quota_if_won, won_above / q, 1e-10);
    EXPECT_NEAR(*deal.quota_if_not, not_above / (1 - q), 1e-10);
    EXPECT_NEAR(deal.variance_share, q * (1 - q) * deal.mean * deal.mean / (q * q) / variance,
                1e-12);
  }
}

TEST(Attribution, SharesAddUpUnderCommonFactors) {
  ForecastBook book = RandomBook(200, 4, 0, 6);
  book.amount_ratios.push_back(*AmountRatio::FromAtoms({{.5, .3}, {1, .4}, {2, .3}}));
  for (std::size_t i = 0; i < 200; i += 5) {
    book.deals[i].amount_ratio = 0;
  }
  book.deals[3].win_this_period = 1;
  book.deals[3].win_next_period = 0;
  const auto engine = ForecastEngine::Create(book, {.06, .05});
  ForecastNode node = AllOf(book);
  node.booked = {50000, 10000};
  for (const ForecastPeriod period : {ForecastPeriod::kCurrent, ForecastPeriod::kNext}) {
    const auto spectrum = engine->Open(node, period);
    const auto risk = AttributeRisk(*spectrum, {});
    double shares = 0;
    double downside = risk->booked;
    double mean = risk->booked;
    for (const DealRisk& deal : risk->deals) {
      shares += deal.variance_share;
      downside += deal.downside_mean;
      mean += deal.mean;
      EXPECT_LE(deal.downside_mean, deal.mean * 1.0001) << "a bad period has fewer wins";
    }
    EXPECT_NEAR(shares, 1, 1e-9);
    EXPECT_NEAR(downside / risk->tail_mean, 1, 1e-7);
    EXPECT_NEAR(mean / spectrum->distribution().mean(), 1, 1e-12);
    EXPECT_NEAR(risk->variance / spectrum->distribution().variance(), 1, 2e-4);
  }
}

TEST(Attribution, SwingEqualsTwoScenarios) {
  ForecastBook book = RandomBook(150, 3, 0, 61);
  book.new_business.push_back({4, 2, {{30000, .5}, {60000, .5}}});
  const auto engine = ForecastEngine::Create(book, {.05, .08});
  const ForecastNode node = AllOf(book);
  const auto spectrum = engine->Open(node, ForecastPeriod::kCurrent);
  AttributionOptions options;
  // Half a cell off the grid, so that both ways of computing cut at the same place.
  const Distribution& law = spectrum->distribution();
  options.quota = law.Quantile(.6) + .5 * law.cell();
  const auto risk = AttributeRisk(*spectrum, options);
  EXPECT_NEAR(risk->quota_probability, .4, .01);
  for (const std::uint32_t index : {0U, 50U, 149U}) {
    const Pin won{index, PinKind::kWon, {}};
    const Pin slipped{index, PinKind::kSlipped, {}};
    const auto a = ApplyPins(*spectrum, node, std::span(&won, 1), {});
    const auto b = ApplyPins(*spectrum, node, std::span(&slipped, 1), {});
    const DealRisk& deal = risk->deals[index];
    ASSERT_EQ(deal.deal, index);
    // The pinned grid is moved by less than a cell; its neighbours bound the difference.
    EXPECT_NEAR(*deal.quota_if_won, a->distribution.ProbabilityAtLeast(*options.quota), kLeftOut);
    EXPECT_NEAR(*deal.quota_if_not, b->distribution.ProbabilityAtLeast(*options.quota), kLeftOut);
    EXPECT_GT(deal.swing(), 0);
    EXPECT_NEAR(deal.mean / book.deals[index].amount * *deal.quota_if_won +
                    (1 - deal.mean / book.deals[index].amount) * *deal.quota_if_not,
                risk->quota_probability, kLeftOut);
  }
  const auto top = MakeOrBreak(*risk, 5);
  ASSERT_EQ(top.size(), 5U);
  for (const DealRisk& deal : risk->deals) {
    EXPECT_LE(deal.swing(), top.front().swing());
  }
}

TEST(Attribution, ACoinFlipOnTheNyquistFrequencyIsMultipliedAfresh) {
  // q = 1/2 and an amount of one cell make the factor exactly zero at one frequency.
  ForecastBook book;
  book.deals = {Deal(0, .5, 1), Deal(1, .3, 1), Deal(2, .5, 1)};
  const auto engine = ForecastEngine::Create(book, {});
  const auto spectrum = engine->Open(AllOf(book), ForecastPeriod::kCurrent);
  AttributionOptions options;
  options.quota = 2;
  const auto risk = AttributeRisk(*spectrum, options);
  EXPECT_NEAR(*risk->deals[0].quota_if_won, 1 - .7 * .5, 1e-12);
  EXPECT_NEAR(*risk->deals[0].quota_if_not, .3 * .5, 1e-12);
  EXPECT_NEAR(*risk->deals[1].quota_if_won, .75, 1e-12);
}

TEST(Attribution, ThreadsDoNotChangeTheResult) {
  ForecastBook book = RandomBook(120, 3, 0, 2);
  const auto engine = ForecastEngine::Create(book, {.05, .05});
  const auto spectrum = engine->Open(AllOf(book), ForecastPeriod::kCurrent);
  AttributionOptions many;
  many.num_threads = 4;
  const auto a = AttributeRisk(*spectrum, {});
  const auto b = AttributeRisk(*spectrum, many);
  for (std::size_t i = 0; i < a->deals.size(); ++i) {
    ASSERT_EQ(a->deals[i].downside_mean, b->deals[i].downside_mean);
  }
}

TEST(Attribution, ABookWithoutRiskHasNone) {
  ForecastBook book;
  book.deals = {Deal(0, 1, 700)};
  const auto engine = ForecastEngine::Create(book, {.05, .05});
  const auto risk = AttributeRisk(*engine->Open(AllOf(book), ForecastPeriod::kCurrent), {});
  EXPECT_TRUE(risk->deals.empty());
  EXPECT_EQ(risk->booked, 700);
  EXPECT_EQ(risk->tail_mean, 700);
}

TEST(Attribution, DominantDealsAreFound) {
  ForecastBook book;
  book.deals = {Deal(0, .5, 100), Deal(1, .5, 20), Deal(2, 1, 400)};
  EXPECT_EQ(DominantDeals(book, AllOf(book), ForecastPeriod::kCurrent, 300),
            std::vector<std::uint32_t>{0});
}

}  // namespace
}  // namespace ri::forecasting
