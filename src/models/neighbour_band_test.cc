#include "models/neighbour_band.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/random.h"
#include "domain/probability.h"
#include "metrics/proportion.h"

namespace ri::models {
namespace {

using domain::LogOdds;

struct Sample {
  std::vector<double> margins;
  std::vector<double> labels;
  std::vector<std::uint32_t> deals;
};

Sample Draw(std::uint32_t n, std::uint64_t seed) {
  base::RandomStream stream(seed, "band-sample");
  Sample sample;
  for (std::uint32_t i = 0; i < n; ++i) {
    sample.margins.push_back(-.5 + stream.Normal());
    sample.labels.push_back(stream.Bernoulli(domain::Logistic(sample.margins.back())) ? 1 : 0);
    sample.deals.push_back(i);
  }
  return sample;
}

TEST(NeighbourBand, EqualsASearchThroughAllDeals) {
  for (const std::uint32_t n : {10U, 100U, 1500U}) {
    const Sample sample = Draw(n, n);
    const auto band = NeighbourBand::Fit(sample.margins, sample.labels, sample.deals, 1);
    ASSERT_TRUE(band);
    const std::size_t k = std::min<std::size_t>(n, std::max<std::size_t>(40, n / 12));
    for (double m = -6; m <= 6; m += .37) {
      std::vector<std::pair<double, double>> by_distance;
      for (std::size_t i = 0; i < n; ++i) {
        by_distance.emplace_back(std::fabs(sample.margins[i] - m), sample.labels[i]);
      }
      std::sort(by_distance.begin(), by_distance.end());
      double won = 0;
      for (std::size_t i = 0; i < k; ++i) {
        won += by_distance[i].second;
      }
      const Band at = band->At(LogOdds(m));
      EXPECT_EQ(at.deals, k);
      EXPECT_EQ(at.won, won);
      const auto interval = metrics::JeffreysInterval(won, static_cast<double>(k), .8);
      EXPECT_EQ(at.low, interval.low);
      EXPECT_EQ(at.high, interval.high);
    }
  }
}

TEST(NeighbourBand, LabelsThatAreSharesGiveTheIntervalOfTheirSum) {
  std::vector<double> margins;
  for (int i = 0; i < 60; ++i) {
    margins.push_back(i);
  }
  const auto band = NeighbourBand::FromColumns(margins, std::vector<double>(60, .25));
  ASSERT_TRUE(band);
  const auto interval = metrics::JeffreysInterval(10, 40, .8);
  EXPECT_EQ(band->At(LogOdds(-5)).low, interval.low);
  EXPECT_EQ(band->At(LogOdds(70)).high, interval.high);
}

// E[y | score] is known: the 80 % band must hold it in about 80 % of cases. 40 samples x 25 scores
// that share neighbours: about 8 independent bands per sample, standard error 2.2 points; the bias
// of wide windows at the ends is allowed for by the rest.
TEST(NeighbourBand, CoversTheChanceGivenTheScore) {
  int covered = 0;
  int total = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Sample sample = Draw(600, seed);
    const auto band = NeighbourBand::Fit(sample.margins, sample.labels, sample.deals, 1);
    for (int i = 0; i < 25; ++i) {
      const double m = -.5 + base::NormalQuantile((i + .5) / 25);
      const Band at = band->At(LogOdds(m));
      covered += domain::Logistic(m) >= at.low && domain::Logistic(m) <= at.high;
      ++total;
    }
  }
  EXPECT_NEAR(static_cast<double>(covered) / total, .80, .08);
}

TEST(NeighbourBand, CountsEveryDealOnce) {
  const Sample once = Draw(200, 3);
  Sample often;
  for (std::size_t i = 0; i < 200; ++i) {
    for (int k = 0; k < 5; ++k) {
      often.margins.push_back(once.margins[i]);
      often.labels.push_back(once.labels[i]);
      often.deals.push_back(once.deals[i]);
    }
  }
  EXPECT_EQ(*NeighbourBand::Fit(once.margins, once.labels, once.deals, 1),
            *NeighbourBand::Fit(often.margins, often.labels, often.deals, 1));
}

TEST(NeighbourBand, DrawsTheSnapshotByDealAndSeed) {
  Sample sample = Draw(400, 4);
  for (std::size_t i = 0; i < 400; ++i) {
    sample.deals[i] = static_cast<std::uint32_t>(i / 4);
  }
  const auto a = NeighbourBand::Fit(sample.margins, sample.labels, sample.deals, 1);
  EXPECT_EQ(*a, *NeighbourBand::Fit(sample.margins, sample.labels, sample.deals, 1));
  EXPECT_NE(*a, *NeighbourBand::Fit(sample.margins, sample.labels, sample.deals, 2));
  EXPECT_EQ(a->margins().size(), 100U);
}

TEST(NeighbourBand, KnowsNothingWithoutDeals) {
  const Band at = NeighbourBand().At(LogOdds(1));
  EXPECT_EQ(at.deals, 0U);
  EXPECT_EQ(at.low, 0);
  EXPECT_EQ(at.high, 1);
  EXPECT_TRUE(NeighbourBand::Fit({}, {}, {}, 1));
}

TEST(NeighbourBand, RefusesBadColumns) {
  EXPECT_FALSE(NeighbourBand::FromColumns({1, 0}, {0, 1}));
  EXPECT_FALSE(NeighbourBand::FromColumns({0, 1}, {0, 2}));
  EXPECT_FALSE(NeighbourBand::FromColumns({0, std::numeric_limits<double>::infinity()}, {0, 1}));
  EXPECT_FALSE(NeighbourBand::FromColumns({0}, {}));
}

}  // namespace
}  // namespace ri::models
