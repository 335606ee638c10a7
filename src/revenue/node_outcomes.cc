#include "revenue/node_outcomes.h"

#include <algorithm>

namespace ri::revenue {

std::vector<double> NodeOutcomes(std::span<const QuarterNode> nodes,
                                 std::span<const BookedDeal> booked,
                                 const RevenueCredits& credits) {
  // A last sum takes what belongs to no node.
  const std::size_t nowhere = nodes.size();
  std::vector<std::size_t> node_of_rep;
  std::size_t unowned = nowhere;
  for (std::size_t n = 1; n < nodes.size(); ++n) {
    for (const std::size_t rep : nodes[n].reps) {
      node_of_rep.resize(std::max(node_of_rep.size(), rep + 1), nowhere);
      node_of_rep[rep] = n;
    }
    unowned = nodes[n].has_unowned ? n : unowned;
  }
  const auto node_of = [&](std::size_t rep) {
    return rep < node_of_rep.size() ? node_of_rep[rep] : nowhere;
  };
  std::vector<double> sums(nodes.size() + 1);
  for (const BookedDeal& deal : booked) {
    sums[0] += deal.amount;
    const auto parts = credits.Of(deal.deal);
    if (parts.empty()) {
      sums[deal.owner ? node_of(*deal.owner) : unowned] += deal.amount;
    }
    for (const CreditShare& part : parts) {
      sums[node_of(part.rep)] += part.share * deal.amount;
    }
  }
  sums.pop_back();
  return sums;
}

}  // namespace ri::revenue
