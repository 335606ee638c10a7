#include "metrics/quantile.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace ri::metrics {
namespace {

TEST(Quantile, InterpolatesBetweenOrderStatistics) {
  const std::vector<double> v = {4, 1, 3, 2};
  EXPECT_DOUBLE_EQ(Quantile(v, 0), 1);
  EXPECT_DOUBLE_EQ(Quantile(v, .5), 2.5);
  EXPECT_DOUBLE_EQ(Quantile(v, 1), 4);
  EXPECT_DOUBLE_EQ(Quantile(v, .25), 1.75);
  EXPECT_TRUE(std::isnan(Quantile({}, .5)));
}

TEST(WeightedQuantile, EqualsTheQuantileOfRepeatedValues) {
  const std::vector<double> values = {5, 1, 9, 3};
  const std::vector<double> weights = {2, 1, 0, 3};
  const std::vector<double> repeated = {1, 3, 3, 3, 5, 5};
  for (int k = 1; k <= 6; ++k) {
    EXPECT_EQ(WeightedQuantile(values, weights, k / 6.0),
              repeated[static_cast<std::size_t>(k - 1)]);
  }
  EXPECT_EQ(WeightedQuantile(values, weights, 0), 1);
  EXPECT_EQ(WeightedQuantile(values, weights, 1), 5);
  EXPECT_TRUE(std::isnan(WeightedQuantile(values, std::vector<double>(4, 0), .5)));
}

}  // namespace
}  // namespace ri::metrics
