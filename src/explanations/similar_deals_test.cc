#include "explanations/similar_deals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace ri::explanations {
namespace {

base::Matrix<double> RandomContributions(std::size_t rows, std::size_t columns) {
  base::Matrix<double> matrix(rows, columns);
  base::RandomStream random(1, "similar-deals-test");
  for (std::size_t i = 0; i < rows; ++i) {
    for (double& x : matrix.row(i)) {
      x = random.Normal();
    }
  }
  return matrix;
}

TEST(SimilarDeals, EqualsSortingAllDistances) {
  for (const std::size_t columns : {1U, 7U, 8U, 19U}) {
    const auto past = RandomContributions(200, columns);
    const SimilarDeals deals(past.view());
    const std::vector<double> query(columns, 0.1);
    std::vector<Neighbour> expected;
    for (std::size_t i = 0; i < 200; ++i) {
      double squared = 0;
      for (std::size_t j = 0; j < columns; ++j) {
        squared += std::pow(past(i, j) - query[j], 2);
      }
      expected.push_back({i, std::sqrt(squared)});
    }
    std::ranges::sort(expected, {}, &Neighbour::distance);
    const auto nearest = deals.Nearest(query, 12);
    ASSERT_EQ(nearest.size(), 12U);
    for (std::size_t k = 0; k < 12; ++k) {
      EXPECT_EQ(nearest[k].index, expected[k].index);
      EXPECT_NEAR(nearest[k].distance, expected[k].distance, 1e-5);  // float
    }
  }
}

TEST(SimilarDeals, TiesGoByIndex) {
  const base::Matrix<double> past({1, 1, 0, 1, 1}, 5, 1);
  const auto nearest = SimilarDeals(past.view()).Nearest(std::vector{1.0}, 3);
  ASSERT_EQ(nearest.size(), 3U);
  EXPECT_EQ(nearest[0].index, 0U);
  EXPECT_EQ(nearest[1].index, 1U);
  EXPECT_EQ(nearest[2].index, 3U);
}

TEST(SimilarDeals, OnlyAcceptedRowsAreReturned) {
  const auto past = RandomContributions(50, 4);
  const auto nearest =
      SimilarDeals(past.view()).Nearest(std::vector<double>(4, 0.0), 100, [](std::size_t i) {
        return i % 10 == 3;
      });
  ASSERT_EQ(nearest.size(), 5U);
  for (const Neighbour& neighbour : nearest) {
    EXPECT_EQ(neighbour.index % 10, 3U);
  }
}

TEST(SimilarDeals, NothingPastOrNothingAskedGivesNothing) {
  EXPECT_TRUE(
      SimilarDeals(base::Matrix<double>(0, 2).view()).Nearest(std::vector<double>(2), 3).empty());
  EXPECT_TRUE(
      SimilarDeals(RandomContributions(5, 2).view()).Nearest(std::vector<double>(2), 0).empty());
}

}  // namespace
}  // namespace ri::explanations
