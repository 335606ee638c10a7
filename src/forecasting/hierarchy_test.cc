#include "forecasting/hierarchy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "forecasting/forecast_fixture.h"
#include "forecasting/sales_practice.h"

namespace ri::forecasting {
namespace {

using fixture::RandomBook;

// total <- two regions <- four teams
std::vector<TreeNode> Tree(const ForecastBook& book) {
  std::vector<TreeNode> tree{{"total", -1, {1000.5, 0}, {}, {}},
                             {"north", 0, {}, {}, {}},
                             {"south", 0, {}, {}, {}},
                             {"a", 1, {250.25, 0}, {}, {}},
                             {"b", 1, {}, {}, {}},
                             {"c", 2, {-75, 0}, {}, {}},
                             {"d", 2, {}, {}, {}}};
  for (std::uint32_t i = 0; i < book.deals.size(); ++i) {
    tree[3 + static_cast<std::size_t>(book.deals[i].team)].deals.push_back(i);
  }
  for (std::uint32_t i = 0; i < book.new_business.size(); ++i) {
    tree[3 + i].new_business = {std::vector<std::uint32_t>{i}, {i}};
  }
  return tree;
}

TEST(Hierarchy, MeansAddAndQuantilesDiversify) {
  ForecastBook book = RandomBook(400, 4, 0, 44);
  for (int k = 0; k < 4; ++k) {
    book.new_business.push_back({3, 2, {{20000, .5}, {40000, .5}}});
  }
  const auto engine = ForecastEngine::Create(book, {.02, .05});
  const auto tree = Tree(book);
  const auto nodes = RollUp(tree);
  ASSERT_TRUE(nodes.has_value());
  EXPECT_EQ((*nodes)[0].deals.size(), 400U);
  EXPECT_EQ((*nodes)[0].booked[0], 1175.75);
  for (const ForecastPeriod period : {ForecastPeriod::kCurrent, ForecastPeriod::kNext}) {
    const auto forecasts = engine->ForecastAll(*nodes, period);
    ASSERT_TRUE(forecasts.has_value());
    for (std::size_t parent : {0U, 1U, 2U}) {
      double sum = tree[parent].booked[static_cast<std::size_t>(period)];
      double from_laws = sum;
      for (std::size_t i = 0; i < tree.size(); ++i) {
        if (tree[i].parent == static_cast<int>(parent)) {
          sum += (*forecasts)[i].mean();
          from_laws += (*forecasts)[i].distribution.mean();
        }
      }
      EXPECT_NEAR(sum / (*forecasts)[parent].mean(), 1, 1e-12);
      EXPECT_NEAR(from_laws / (*forecasts)[parent].distribution.mean(), 1, 1e-12);
    }
    const auto low = DiversificationOf(*forecasts, tree, .1);
    const auto high = DiversificationOf(*forecasts, tree, .9);
    EXPECT_GT(low[0].benefit(), 0);
    EXPECT_LT(high[0].benefit(), 0);
    EXPECT_EQ(low[3].benefit(), 0) << "a leaf has nothing to diversify";
  }
}

TEST(Hierarchy, RefusesCyclesAndDoubleCounting) {
  std::vector<TreeNode> cycle{{"a", 1, {}, {}, {}}, {"b", 0, {}, {}, {}}};
  EXPECT_FALSE(RollUp(cycle).has_value());
  std::vector<TreeNode> orphan{{"a", 9, {}, {}, {}}};
  EXPECT_FALSE(RollUp(orphan).has_value());
  std::vector<TreeNode> twice{{"a", -1, {}, {}, {}}, {"b", 0, {}, {4}, {}}, {"c", 0, {}, {4}, {}}};
  EXPECT_FALSE(RollUp(twice).has_value());
}

TEST(Hierarchy, SummaryOfADie) {
  NodeForecast forecast{"die", *Distribution::FromMasses(1, 1, std::vector<double>(6, 1.0 / 6)), 1,
                        2.5, 0};
  const NodeSummary summary = Summarise(forecast, 4);
  EXPECT_NEAR(summary.quota_probability, .5, 1e-12);
  EXPECT_NEAR(summary.gap, .5, 1e-12);
  EXPECT_NEAR(summary.expected_shortfall, 1, 1e-12);
  EXPECT_EQ(summary.p10, 1);
  EXPECT_EQ(summary.p90, 6);
  const NodeSummary wide = Summarise(forecast, 4, 2);
  EXPECT_EQ(wide.p10, -1);
  EXPECT_EQ(wide.p50, summary.p50);
  EXPECT_EQ(Summarise(forecast, std::nullopt).quota_probability, 0);
}

TEST(SalesPractice, CoverageComesFromTheConversionCurve) {
  const std::vector<ConversionRecord> history{{12, 100, 30}, {12, 300, 50}, {2, 100, 5}};
  EXPECT_NEAR(ConversionAt(history, 12), .2, 1e-6);
  EXPECT_NEAR(ConversionAt(history, 2), .05, 1e-6);
  EXPECT_EQ(ConversionAt({}, 5), 0);
  EXPECT_NEAR(RequiredPipeline(10, .2), 50, 1e-12);
  EXPECT_EQ(RequiredPipeline(-3, .2), 0);
  EXPECT_TRUE(std::isinf(RequiredPipeline(10, 0)));
}

TEST(SalesPractice, CommitsAreShrunkToEverybodys) {
  std::vector<CommitRecord> records;
  for (int period = 0; period < 8; ++period) {
    const double wobble = period % 2 == 0 ? .1 : -.1;
    records.push_back({0, 100, 100 * (1.2 + wobble)});
    records.push_back({1, 100, 100 * (0.6 - wobble)});
  }
  records.push_back({2, 100, 40});
  const auto fitted = FitCommitRealisation(records, 4);
  EXPECT_NEAR(fitted[0].rate, 1.2, .05);
  EXPECT_NEAR(fitted[1].rate, .6, .05);
  EXPECT_GT(fitted[2].rate, .4) << "one period is not believed in full";
  EXPECT_EQ(fitted[3].num_periods, 0U);
  EXPECT_GT(fitted[3].rate, .6);
  EXPECT_LT(fitted[3].rate, 1.2);
  EXPECT_EQ(FitCommitRealisation({}, 1)[0].rate, 1);
}

TEST(SalesPractice, QuantileAverageOfTwoShiftedLawsIsTheLawBetween) {
  const auto law = *Distribution::FromMasses(0, 1, {.2, .3, .5});
  const Distribution laws[] = {law, law.Shifted(10)};
  const double weights[] = {.5, .5};
  const Distribution average = AverageQuantiles(laws, weights);
  EXPECT_NEAR(average.mean(), law.mean() + 5, 1e-3);
  EXPECT_NEAR(average.standard_deviation(), law.standard_deviation(), 1e-3);
}

}  // namespace
}  // namespace ri::forecasting
