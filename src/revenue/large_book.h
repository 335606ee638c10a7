#pragma once

/// How finely distributions are computed for very many open deals: no single one is worth a cell,
/// and a step changes nearly the same in whatever order it comes.

#include <cstddef>

namespace ri::revenue {

/// Open deals above which a book is very large.
inline constexpr std::size_t kManyDeals = 20'000;

struct DistributionEffort {
  /// Grid points behind the deals' shares of risk; 0: as many as the forecast's own. Every share
  /// looks at every grid point under every state of the common factors.
  std::size_t attribution_cells = 0;
  /// Grid points of the hundreds of states between two dates, whose ends are the forecasts' own.
  std::size_t step_cells = 1024;
  std::size_t step_orders = 12;  ///< in which the steps are taken; a multiple of two
  /// Up to so many steps every order counts; never more sets of steps than the orders would need.
  std::size_t largest_exact = 8;
};

[[nodiscard]] constexpr DistributionEffort EffortFor(std::size_t num_deals) {
  return num_deals > kManyDeals ? DistributionEffort{512, 512, 2, 3} : DistributionEffort{};
}

}  // namespace ri::revenue
