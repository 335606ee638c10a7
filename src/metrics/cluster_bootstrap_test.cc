#include "metrics/cluster_bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "base/random.h"
#include "metrics/ranking.h"
#include "metrics/scoring_rules.h"

namespace ri::metrics {
namespace {

std::vector<std::uint32_t> OwnCluster(std::size_t n) {
  std::vector<std::uint32_t> clusters(n);
  std::iota(clusters.begin(), clusters.end(), 0U);
  return clusters;
}

TEST(BootstrapMean, StandardErrorIsThatOfTheMean) {
  base::RandomStream stream(1, "rows");
  std::vector<double> d(400);
  for (double& x : d) {
    x = .5 + stream.Normal();
  }
  const auto interval = BootstrapMean(d, OwnCluster(400));
  // 2,000 draws know their deviation to 1.6 %; the sample's own deviation is within 10 % of 1.
  EXPECT_NEAR(interval.standard_error, 1 / std::sqrt(400), .008);
  EXPECT_LT(interval.low, interval.lower_bound);
  EXPECT_LT(interval.upper_bound, interval.high);
  EXPECT_NEAR(interval.estimate, WeightedMean(d), 1e-15);
  EXPECT_EQ(interval.num_clusters, 400U);
}

TEST(BootstrapMean, RepeatedRowsAreNoNews) {
  base::RandomStream stream(2, "rows");
  std::vector<double> once(50), often;
  std::vector<std::uint32_t> clusters;
  for (std::uint32_t i = 0; i < 50; ++i) {
    once[i] = stream.Normal();
    for (int k = 0; k < 20; ++k) {
      often.push_back(once[i]);
      clusters.push_back(i);
    }
  }
  const auto a = BootstrapMean(once, OwnCluster(50));
  const auto b = BootstrapMean(often, clusters);
  EXPECT_NEAR(a.low, b.low, 1e-12);
  EXPECT_NEAR(a.high, b.high, 1e-12);
}

// 300 experiments of 60 clusters of random size with a true mean of 0; a 90 % interval misses
// about 30 times (a little more: percentile intervals are short); bound 30 + 5 deviations (5.2).
TEST(BootstrapMean, CoversTheTruthUnderClustering) {
  int missed = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    base::RandomStream stream(seed, "coverage");
    std::vector<double> d;
    std::vector<std::uint32_t> clusters;
    for (std::uint32_t g = 0; g < 60; ++g) {
      const double shared = stream.Normal();
      const std::uint64_t rows = 1 + stream.Below(6);
      for (std::uint64_t k = 0; k < rows; ++k) {
        d.push_back(shared + .3 * stream.Normal());
        clusters.push_back(g);
      }
    }
    const auto interval =
        BootstrapMean(d, clusters, {}, {.draws = 300, .confidence = .9, .seed = seed});
    missed += interval.low > 0 || interval.high < 0;
  }
  EXPECT_LT(missed, 56);
  EXPECT_GT(missed, 10);
}

TEST(BootstrapMean, IsTheSameAtAnyThreadCount) {
  std::vector<double> d(200);
  std::iota(d.begin(), d.end(), 0);
  const auto one = BootstrapMean(d, OwnCluster(200), {}, {.num_threads = 1});
  const auto two = BootstrapMean(d, OwnCluster(200), {}, {.num_threads = 2});
  EXPECT_EQ(one.low, two.low);
  EXPECT_EQ(one.high, two.high);
  EXPECT_EQ(one.standard_error, two.standard_error);
}

TEST(BootstrapMean, EdgeCases) {
  EXPECT_TRUE(std::isnan(BootstrapMean({}, {}).estimate));
  const auto single = BootstrapMean(std::vector<double>{1, 3}, std::vector<std::uint32_t>{7, 7});
  EXPECT_EQ(single.low, 2);
  EXPECT_EQ(single.high, 2);
  EXPECT_EQ(single.num_clusters, 1U);
  const auto unweighted =
      BootstrapMean(std::vector<double>{1}, std::vector<std::uint32_t>{0}, std::vector<double>{0});
  EXPECT_TRUE(std::isnan(unweighted.low));
}

TEST(BootstrapStatistic, OfAMeanEqualsBootstrapMean) {
  base::RandomStream stream(9, "rows");
  std::vector<double> d(120);
  std::vector<std::uint32_t> clusters(120);
  for (std::size_t i = 0; i < d.size(); ++i) {
    d[i] = stream.Normal();
    clusters[i] = static_cast<std::uint32_t>(stream.Below(30));
  }
  const BootstrapOptions options{.draws = 200, .num_threads = 2};
  const auto direct = BootstrapMean(d, clusters, {}, options);
  const auto generic = BootstrapStatistic(
      clusters, [&](std::span<const double> weights) { return WeightedMean(d, weights); }, options);
  EXPECT_NEAR(direct.low, generic.low, 1e-12);
  EXPECT_NEAR(direct.upper_bound, generic.upper_bound, 1e-12);
}

TEST(BootstrapStatistic, LeavesOutDrawsWithoutAnAnswer) {
  const std::vector<double> scores = {1, 2, 3};
  const std::vector<double> outcomes = {0, 0, 1};
  const auto interval = BootstrapStatistic(
      OwnCluster(3), [&](std::span<const double> w) { return Auc(scores, outcomes, w); });
  EXPECT_EQ(interval.low, 1);
  EXPECT_EQ(interval.high, 1);
}

}  // namespace
}  // namespace ri::metrics
