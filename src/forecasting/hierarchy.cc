#include "forecasting/hierarchy.h"

#include <algorithm>

#include "base/assertion.h"
#include "base/sum.h"

namespace ri::forecasting {
namespace {

// Nodes so that children come before their parents; empty when there is a cycle.
std::vector<std::size_t> ChildrenFirst(std::span<const TreeNode> tree) {
  std::vector<std::size_t> missing(tree.size(), 0);
  for (const TreeNode& node : tree) {
    if (node.parent >= 0) {
      ++missing[static_cast<std::size_t>(node.parent)];
    }
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < tree.size(); ++i) {
    if (missing[i] == 0) {
      order.push_back(i);
    }
  }
  for (std::size_t k = 0; k < order.size(); ++k) {
    const int parent = tree[order[k]].parent;
    if (parent >= 0 && --missing[static_cast<std::size_t>(parent)] == 0) {
      order.push_back(static_cast<std::size_t>(parent));
    }
  }
  if (order.size() != tree.size()) {
    order.clear();
  }
  return order;
}

bool SortUnique(std::vector<std::uint32_t>& indices) {
  std::ranges::sort(indices);
  return std::ranges::adjacent_find(indices) == indices.end();
}

}  // namespace

Result<std::vector<ForecastNode>> RollUp(std::span<const TreeNode> tree) {
  for (const TreeNode& node : tree) {
    if (node.parent >= static_cast<int>(tree.size())) {
      return Fail(ErrorCode::kBadInput, "The parent of " + node.name + " does not exist.");
    }
  }
  const std::vector<std::size_t> order = ChildrenFirst(tree);
  if (order.size() != tree.size()) {
    return Fail(ErrorCode::kBadInput, "The hierarchy of the forecast contains a cycle.");
  }
  std::vector<ForecastNode> nodes(tree.size());
  std::vector<std::array<base::CompensatedSum, kNumPeriods>> booked(tree.size());
  for (std::size_t i = 0; i < tree.size(); ++i) {
    nodes[i].name = tree[i].name;
    nodes[i].deals = tree[i].deals;
    nodes[i].new_business = tree[i].new_business;
    for (std::size_t period = 0; period < kNumPeriods; ++period) {
      booked[i][period].Add(tree[i].booked[period]);
    }
  }
  for (const std::size_t i : order) {
    ForecastNode& node = nodes[i];
    bool unique = SortUnique(node.deals);
    for (std::size_t period = 0; period < kNumPeriods; ++period) {
      unique = SortUnique(node.new_business[period]) && unique;
      node.booked[period] = booked[i][period].value();
    }
    if (!unique) {
      return Fail(ErrorCode::kBadInput,
                  "A deal or segment counts twice in " + node.name + " of the hierarchy.");
    }
    if (tree[i].parent < 0) {
      continue;
    }
    const auto parent = static_cast<std::size_t>(tree[i].parent);
    const auto append = [](auto& to, const auto& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(nodes[parent].deals, node.deals);
    for (std::size_t period = 0; period < kNumPeriods; ++period) {
      append(nodes[parent].new_business[period], node.new_business[period]);
      booked[parent][period].Add(node.booked[period]);
    }
  }
  return nodes;
}

std::vector<Diversification> DiversificationOf(std::span<const NodeForecast> forecasts,
                                               std::span<const TreeNode> tree, double p) {
  RI_ASSERT(forecasts.size() == tree.size());
  std::vector<Diversification> result(tree.size());
  std::vector<char> has_children(tree.size(), 0);
  for (std::size_t i = 0; i < tree.size(); ++i) {
    result[i].own = forecasts[i].distribution.Quantile(p);
    if (tree[i].parent >= 0) {
      const auto parent = static_cast<std::size_t>(tree[i].parent);
      result[parent].sum_of_children += result[i].own;
      has_children[parent] = 1;
    }
  }
  for (std::size_t i = 0; i < tree.size(); ++i) {
    if (has_children[i] == 0) {
      result[i].sum_of_children = result[i].own;
    }
  }
  return result;
}

NodeSummary Summarise(const NodeForecast& forecast, std::optional<double> quota, double width) {
  RI_ASSERT(width > 0);
  const Distribution law =
      width == 1 ? forecast.distribution : forecast.distribution.ScaledAboutMedian(width);
  NodeSummary summary;
  summary.mean = forecast.mean();
  summary.p10 = law.Quantile(0.1);
  summary.p50 = law.Quantile(0.5);
  summary.p90 = law.Quantile(0.9);
  summary.booked = forecast.booked;
  summary.open_mean = forecast.open_mean;
  summary.new_business_mean = forecast.new_business_mean;
  summary.quota = quota;
  if (quota.has_value()) {
    summary.quota_probability = law.ProbabilityAtLeast(*quota);
    summary.gap = *quota - summary.mean;
    summary.expected_shortfall = law.ExpectedShortfallBelow(*quota);
  }
  return summary;
}

}  // namespace ri::forecasting
