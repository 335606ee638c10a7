#pragma once

/// How a field's value compares with what deals had that were won, and lost, from the same place.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "book/past_deals.h"
#include "features/feature_table.h"

namespace ri::deals {

/// The levels of PeerValues' quantiles.
inline constexpr std::array<double, 5> kPeerLevels = {0.1, 0.25, 0.5, 0.75, 0.9};

/// Known values of past deals; NaN where there are none.
struct PeerValues {
  std::size_t won = 0;  ///< past deals with a known value
  std::size_t lost = 0;
  std::array<double, kPeerLevels.size()> won_quantiles{};  ///< of numbers; NaN for labels
  std::array<double, kPeerLevels.size()> lost_quantiles{};
  double own = 0;  ///< NaN when missing
  /// Share of won and lost deals with the same label, or with this value or less.
  double won_share = 0;
  double lost_share = 0;
  /// "86 of 100 deals won from Negotiation had one within 9": what sets the value beside its peers;
  /// empty with too few of them, and where nearly all won and lost deals have it alike.
  std::string text;
};

/// `values` are those of the feature by row of the past deals, NaN where missing, and `value` is of
/// the same feature, or NaN. `contribution` decides which side of the peers is told. Cost: linear
/// in the peers.
[[nodiscard]] PeerValues ComparePeers(const features::FeatureDefinition& definition,
                                      std::span<const float> values, const book::PeerGroup& group,
                                      float value, double contribution,
                                      base::Language language = base::Language::kEnglish);

}  // namespace ri::deals
