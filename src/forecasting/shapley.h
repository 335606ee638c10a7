#pragma once

/// Fair shares of a change that is no sum: each player's average effect over all orders.

#include <cstdint>
#include <functional>
#include <vector>

namespace ri::forecasting {

/// Value of a set of players; bit k of the argument is player k.
using CoalitionValue = std::function<double(std::uint32_t players)>;

struct ShapleyOptions {
  std::size_t largest_exact = 8;  ///< up to this many players every set is valued (2^n calls)
  std::size_t num_orders = 64;    ///< beyond: random orders and their reverses, each n calls
  std::uint64_t seed = 1;
};

/// One share per player; they sum to value(all) - value(none) to rounding, also when sampled,
/// because every order telescopes. Sets are valued once each. \pre num_players <= 24
[[nodiscard]] std::vector<double> ShapleyValues(std::size_t num_players,
                                                const CoalitionValue& value,
                                                const ShapleyOptions& options = {});

}  // namespace ri::forecasting
