#include "deals/peer_values.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"

namespace ri::deals {
namespace {

constexpr std::size_t kEach = 200;

/// One column; the first kEach rows are won deals, the others lost ones.
class PeerValuesOf {
 public:
  PeerValuesOf(const std::string& unit, const std::vector<float>& won,
               const std::vector<float>& lost) {
    definition_ = {.name = "num_meetings", .unit = unit, .sentence = "{value} meetings"};
    values_ = won;
    values_.insert(values_.end(), lost.begin(), lost.end());
    group_.stage = "Proposal";
    group_.won.resize(won.size());
    group_.lost.resize(lost.size());
    std::iota(group_.won.begin(), group_.won.end(), 0U);
    std::iota(group_.lost.begin(), group_.lost.end(), static_cast<std::uint32_t>(won.size()));
  }

  [[nodiscard]] PeerValues At(float value, double points) const {
    return ComparePeers(definition_, values_, group_, value, points);
  }
  [[nodiscard]] std::string Text(float value, double points) const {
    return At(value, points).text;
  }
  [[nodiscard]] std::string InGerman(float value, double points) const {
    return ComparePeers(definition_, values_, group_, value, points, base::Language::kGerman).text;
  }

 private:
  features::FeatureDefinition definition_;
  std::vector<float> values_;
  book::PeerGroup group_;
};

std::vector<float> Ramp(float first, float step) {
  std::vector<float> values(kEach);
  for (std::size_t i = 0; i < kEach; ++i) {
    values[i] = first + step * static_cast<float>(i / 20);
  }
  return values;
}

TEST(PeerValues, ASideThatDiffersIsToldWithBothShares) {
  const PeerValuesOf peers("count", Ramp(5, 1), Ramp(0, 1));
  EXPECT_EQ(peers.Text(12, 3.0), "12 or more: 30 of 100 deals won from Proposal, 0 of 100 lost");
}

TEST(PeerValues, AreToldInTheLanguageThatIsAskedFor) {
  const PeerValuesOf peers("count", Ramp(5, 1), Ramp(0, 1));
  EXPECT_EQ(peers.InGerman(12, 3.0),
            "12 oder mehr: 30 von 100 gewonnenen Deals aus Proposal, 0 von 100 verlorenen");
  book::PeerGroup group{.stage = "Proposal", .age_class = 2};
  EXPECT_EQ(book::PlaceOf(group, base::Language::kEnglish), "from Proposal at 28 to 55 days");
  EXPECT_EQ(book::PlaceOf(group, base::Language::kGerman),
            "aus Proposal im Alter von 28 bis 55 Tagen");
  group = {.age_class = book::kNumAgeClasses - 1};
  EXPECT_EQ(book::PlaceOf(group, base::Language::kEnglish), "at 182 days or more");
}

TEST(PeerValues, AValueNobodyHadIsCalledRareInsteadOfComparingZeroWithZero) {
  const PeerValuesOf peers("count", Ramp(0, 1), Ramp(0, 1));
  EXPECT_EQ(peers.Text(500, 3.0), "500 or more: fewer than 1 of 100 past deals from Proposal");
}

TEST(PeerValues, WhatNearlyAllDealsHaveIsNoComparison) {
  const std::vector<float> all(kEach, 4);
  EXPECT_EQ(PeerValuesOf("count", all, all).Text(4, 3.0), "");
}

TEST(PeerValues, AFlagThatNearlyAllShareIsNoComparisonAndOneThatNoneHasIsRare) {
  const std::vector<float> none(kEach, 0);
  EXPECT_EQ(PeerValuesOf("flag", none, none).Text(0, -1.0), "");
  EXPECT_EQ(PeerValuesOf("flag", none, none).Text(1, -1.0),
            "the same with fewer than 1 of 100 past deals from Proposal");
  std::vector<float> some = none;
  std::fill_n(some.begin(), 50, 1.0F);
  EXPECT_EQ(PeerValuesOf("flag", some, none).Text(1, 1.0),
            "the same with 25 of 100 deals won from Proposal and 0 of 100 lost");
}

TEST(PeerValues, ValueOutsideMostWonDealsTellsTheirBound) {
  const PeerValuesOf peers("count", Ramp(5, 1), Ramp(0, 1));
  EXPECT_EQ(peers.Text(1, -2.0), "90 of 100 deals won from Proposal had 6 or more");
}

TEST(PeerValues, QuantilesAndSharesEqualThoseOfTheSortedValues) {
  base::RandomStream random(7, "peer-values");
  for (std::size_t n = 1; n < 60; ++n) {
    std::vector<float> won(n);
    for (float& value : won) {
      value = static_cast<float>(random.Below(12));
    }
    const auto asked = static_cast<float>(random.Below(12));
    const PeerValues peers = PeerValuesOf("count", won, {1, NAN}).At(asked, 1.0);
    std::ranges::sort(won);
    ASSERT_EQ(peers.won, n);
    ASSERT_EQ(peers.lost, 1U);
    for (std::size_t q = 0; q < kPeerLevels.size(); ++q) {
      const double rank = std::ceil(kPeerLevels[q] * static_cast<double>(n));
      ASSERT_EQ(peers.won_quantiles[q],
                static_cast<double>(won[static_cast<std::size_t>(rank) - 1]));
    }
    ASSERT_EQ(peers.won_share,
              static_cast<double>(std::ranges::upper_bound(won, asked) - won.begin()) /
                  static_cast<double>(n));
  }
}

TEST(PeerValues, FewPeersAreNotCompared) {
  const PeerValuesOf peers("count", std::vector<float>(19, 1), std::vector<float>(300, 2));
  EXPECT_EQ(peers.Text(1, -2.0), "");
}

}  // namespace
}  // namespace ri::deals
