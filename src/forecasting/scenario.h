#pragma once

/// What-if on outcomes: the law of a node's revenue given that some deals end in a certain way.

#include <optional>
#include <span>

#include "forecasting/node_spectrum.h"

namespace ri::forecasting {

enum class PinKind {
  kWon,      ///< won in this period
  kLost,     ///< never won, as far as both periods go
  kSlipped,  ///< not won in this period; the next stays open
  kAmount,   ///< outcome stays open, the amount is `amount`
};

struct Pin {
  std::uint32_t deal = 0;  ///< index into the book; a member of the node
  PinKind kind = PinKind::kWon;
  std::optional<double> amount;  ///< of the deal if it is won; needed for kAmount, else optional
};

struct Scenario {
  Distribution distribution;
  /// How likely the model holds the pinned outcomes to be, together. 0 when one of them has
  /// probability 0: it is then taken as an assumption that says nothing about other deals.
  double probability = 1;
  bool recomputed = false;  ///< the deals could not be divided out safely; same meaning, slower
};

/// Conditional law given the pins, exact: the factor of each pinned deal is divided out of the
/// node's retained transforms and the factor of its outcome put in its place. Outcomes also tell
/// about the common factors, so the chances of the other deals move with them. When a division is
/// unsafe (a factor close to zero, or revenue that does not fit the grid) the node is computed
/// again without the pinned deals. Cost without that: (pins x lanes + combination) x live
/// frequencies. Fails on deals outside the node, pinned twice, or amounts that are missing or
/// negative.
[[nodiscard]] Result<Scenario> ApplyPins(const NodeSpectrum& spectrum, const ForecastNode& node,
                                         std::span<const Pin> pins, const ForecastOptions& options);

}  // namespace ri::forecasting
