#include "models/restricted_spline.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace ri::models {
namespace {

const std::vector<double> kKnots = {-1, 0, 1.5, 4};

TEST(SplineTerm, IsStraightOutsideTheKnots) {
  for (std::size_t term = 0; term < 2; ++term) {
    EXPECT_EQ(SplineTerm(kKnots, term, -1), 0);
    EXPECT_EQ(SplineTerm(kKnots, term, -50), 0);
    const double slope = SplineSlope(kKnots, term, 4);
    for (const double x : {4.5, 10.0, 100.0}) {
      EXPECT_NEAR(SplineSlope(kKnots, term, x), slope, 1e-9);
      EXPECT_NEAR(SplineTerm(kKnots, term, x), SplineTerm(kKnots, term, 4) + slope * (x - 4), 1e-7);
    }
  }
}

// By hand from Harrell's formula with knots 0, 1, 2: (x^3 - 2 (x-1)^3 + (x-2)^3) / 4 for x > 2.
TEST(SplineTerm, FollowsItsFormula) {
  const std::vector<double> knots = {0, 1, 2};
  EXPECT_DOUBLE_EQ(SplineTerm(knots, 0, .5), .125 / 4);
  EXPECT_DOUBLE_EQ(SplineTerm(knots, 0, 1.5), (3.375 - 2 * .125) / 4);
  EXPECT_DOUBLE_EQ(SplineTerm(knots, 0, 3), (27 - 16 + 1) / 4.0);
}

TEST(SplineSlope, IsTheDerivative) {
  constexpr double kStep = 1e-5;
  for (std::size_t term = 0; term < 2; ++term) {
    for (double x = -2; x < 5; x += .13) {
      const double difference =
          (SplineTerm(kKnots, term, x + kStep) - SplineTerm(kKnots, term, x - kStep)) / (2 * kStep);
      EXPECT_NEAR(SplineSlope(kKnots, term, x), difference, 1e-7);
    }
  }
}

TEST(QuantileKnots, NeedDistinctValues) {
  std::vector<double> values;
  for (int i = 0; i <= 100; ++i) {
    values.push_back(i);
  }
  EXPECT_EQ(QuantileKnots(values, 3), (std::vector<double>{10, 50, 90}));
  EXPECT_EQ(QuantileKnots(values, 5).size(), 5U);
  EXPECT_TRUE(QuantileKnots(std::vector<double>(50, 3), 3).empty());
  EXPECT_TRUE(QuantileKnots(std::vector<double>{0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 3).empty());
  EXPECT_TRUE(QuantileKnots({}, 4).empty());
}

TEST(AreKnots, KnowsWhatCannotBeUsed) {
  EXPECT_TRUE(AreKnots(kKnots));
  EXPECT_FALSE(AreKnots(std::vector<double>{1, 2}));
  EXPECT_FALSE(AreKnots(std::vector<double>{1, 2, 2}));
  EXPECT_FALSE(AreKnots(std::vector<double>{1, 2, std::nan("")}));
}

}  // namespace
}  // namespace ri::models
