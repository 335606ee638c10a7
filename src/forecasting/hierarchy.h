#pragma once

/// The roll-up: what each node of a tree contains, what its forecast says, and what adding up its
/// children's quantiles would get wrong.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "forecasting/forecast_engine.h"

namespace ri::forecasting {

/// One node of the tree with what belongs to it directly, not through children.
struct TreeNode {
  std::string name;
  int parent = -1;  ///< index of the parent, -1 for a root
  std::array<double, kNumPeriods> booked{};
  std::vector<std::uint32_t> deals;  ///< indices into the book, any order
  std::array<std::vector<std::uint32_t>, kNumPeriods> new_business;
};

/// Every node with the contents of its whole subtree, in the order of `tree`. Booked revenue is
/// added with compensation, so parents equal the sum of their children to rounding. Fails on a
/// parent out of range or a cycle; a deal that is in two nodes is refused when a parent holds both.
[[nodiscard]] Result<std::vector<ForecastNode>> RollUp(std::span<const TreeNode> tree);

/// How one quantile of a node compares with the sum over its children.
struct Diversification {
  double own = 0;
  double sum_of_children = 0;  ///< equal to own for a leaf
  /// Above 0 in the lower tail: children do not all have a bad period together.
  [[nodiscard]] double benefit() const { return own - sum_of_children; }
};

/// \pre forecasts, tree and quantile level p in [0, 1] belong together, one forecast per node
[[nodiscard]] std::vector<Diversification> DiversificationOf(
    std::span<const NodeForecast> forecasts, std::span<const TreeNode> tree, double p);

/// What a forecast page shows of one node.
struct NodeSummary {
  double mean = 0;
  double p10 = 0;
  double p50 = 0;
  double p90 = 0;
  double booked = 0;
  double open_mean = 0;
  double new_business_mean = 0;
  std::optional<double> quota;
  double quota_probability = 0;   ///< P(R >= quota)
  double gap = 0;                 ///< quota - mean; negative when the mean is above
  double expected_shortfall = 0;  ///< E[(quota - R)+]
};

/// `width` is the repaired scale about the median, 1 without repair. The mean stays the model's.
/// \pre width > 0
[[nodiscard]] NodeSummary Summarise(const NodeForecast& forecast, std::optional<double> quota,
                                    double width = 1);

}  // namespace ri::forecasting
