#pragma once

/// What a node's law is made of, before any transform: groups of deals, certain money, new
/// business, and how finely the common factors must be cut for it.

#include <cstdint>
#include <utility>
#include <vector>

#include "forecasting/conditional_probability.h"

namespace ri::forecasting {

/// The book of one forecast with what every node shares. Immutable; safe to share.
struct PreparedBook {
  const ForecastBook* book = nullptr;
  FactorModel model;
  std::vector<DealThresholds> thresholds;  ///< per deal
};

/// Deals to leave out of a node's law while keeping a place for them: their teams exist, and the
/// grid has room above for `room` more revenue.
struct LeftOut {
  std::vector<std::uint32_t> deals;  ///< indices into the book, ascending
  double room = 0;
  std::vector<double> amounts;  ///< what may take their place, for the choice of the grid
};

struct NodeLayout {
  /// Team and its deals that can change the period's revenue, largest group first; one group when
  /// teams share nothing.
  std::vector<std::pair<int, std::vector<std::uint32_t>>> groups;
  std::vector<const NewBusiness*> business;
  std::vector<double> amounts;  ///< every amount that an event may bring
  double certain = 0;           ///< open deals that are certain to be won
  double open_mean = 0;         ///< expected from open deals, certain ones included
  double new_business_mean = 0;
};

/// \pre node and book are valid
[[nodiscard]] NodeLayout MakeLayout(const PreparedBook& prepared, const ForecastNode& node,
                                    ForecastPeriod period, const LeftOut& left_out);

/// The factor model as this node sees it. One team alone, with at most one segment of new business,
/// feels the two factors only through their sum, which is one factor of the added strength; the
/// business then shares less of it. The law is the same and needs a tenth of the nodes.
[[nodiscard]] FactorModel FactorsSeenBy(const NodeLayout& layout, const FactorModel& model);

/// Node distances at which neighbouring conditional laws still overlap: the mixture over the
/// factors then shows no ripples.
[[nodiscard]] QuadratureSpacing ChooseSpacing(const PreparedBook& prepared,
                                              const NodeLayout& layout, const FactorModel& model,
                                              ForecastPeriod period);

}  // namespace ri::forecasting
