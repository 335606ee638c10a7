#include "forecasting/monte_carlo.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "forecasting/forecast_fixture.h"

namespace ri::forecasting {
namespace {

using fixture::AllOf;
using fixture::RandomBook;

// The share of paths at or below a grid value is compared with the exact distribution function.
// 4 standard errors are exceeded by chance once in 15,800 comparisons; the tests below make 20 with
// fixed seeds, so a wrong engine, not luck, fails them.
constexpr double kStandardErrors = 4;

void ExpectAgreement(const Distribution& law, const std::vector<double>& samples) {
  const auto n = static_cast<double>(samples.size());
  for (const double p : {.05, .25, .5, .75, .95}) {
    const double x = law.Quantile(p) + 0.5 * law.cell();
    const auto below = std::ranges::count_if(samples, [x](double v) { return v <= x; });
    const double share = static_cast<double>(below) / n;
    const double f = law.Cdf(x);
    EXPECT_NEAR(share, f, kStandardErrors * std::sqrt(f * (1 - f) / n)) << "quantile " << p;
  }
}

ForecastBook BookWithEverything() {
  // Whole multiples of 1000, so that the comparison is not blurred by grid rounding.
  ForecastBook book = RandomBook(20, 3, 1000, 77);
  book.amount_ratios.push_back(*AmountRatio::FromAtoms({{.5, .3}, {1, .5}, {1.5, .2}}));
  for (std::size_t i = 0; i < 20; i += 4) {
    book.deals[i].amount_ratio = 0;
  }
  book.new_business.push_back({3, 2, {{10000, .4}, {25000, .4}, {60000, .2}}});
  return book;
}

TEST(MonteCarlo, AMillionPathsAgreeWithTheExactEngineInBothPeriods) {
  ForecastOptions exact;
  exact.max_cells = 16384;  // every amount on its own grid point
  const auto engine = ForecastEngine::Create(BookWithEverything(), {.06, .04}, exact);
  ASSERT_TRUE(engine.has_value());
  const ForecastNode node = AllOf(engine->book());
  SimulationOptions options;
  options.num_paths = 1'000'000;
  options.num_threads = 2;
  const auto paths = Simulate(*engine, node, options);
  ASSERT_TRUE(paths.has_value());
  ExpectAgreement(engine->Forecast(node, ForecastPeriod::kCurrent)->distribution, paths->current);
  ExpectAgreement(engine->Forecast(node, ForecastPeriod::kNext)->distribution, paths->next);
}

TEST(MonteCarlo, AgreesUnderStrongDependenceAndManyDeals) {
  const auto engine = ForecastEngine::Create(RandomBook(400, 2, 0, 5), {.15, .1});
  ASSERT_TRUE(engine.has_value());
  const ForecastNode node = AllOf(engine->book());
  SimulationOptions options;
  options.num_paths = 20'000;
  options.num_threads = 2;
  options.seed = 9;
  const auto paths = Simulate(*engine, node, options);
  ExpectAgreement(engine->Forecast(node, ForecastPeriod::kCurrent)->distribution, paths->current);
  ExpectAgreement(engine->Forecast(node, ForecastPeriod::kNext)->distribution, paths->next);
}

TEST(MonteCarlo, PathsDoNotDependOnThreadsOrOnOtherDeals) {
  const auto engine = ForecastEngine::Create(RandomBook(200, 3, 1000, 5), {.05, .05});
  ForecastNode all = AllOf(engine->book());
  SimulationOptions one;
  one.num_paths = 500;
  SimulationOptions three = one;
  three.num_threads = 3;
  EXPECT_EQ(Simulate(*engine, all, one)->current, Simulate(*engine, all, three)->current);
  // The total less one deal equals a run without it: amounts are whole, so the sums are exact.
  ForecastNode only = all;
  only.deals = {150};
  ForecastNode rest = all;
  rest.deals.erase(rest.deals.begin() + 150);
  const auto total = Simulate(*engine, all, one);
  const auto part = Simulate(*engine, only, one);
  const auto others = Simulate(*engine, rest, one);
  for (std::size_t k = 0; k < 500; ++k) {
    ASSERT_EQ(total->next[k], part->next[k] + others->next[k]);
  }
}

}  // namespace
}  // namespace ri::forecasting
