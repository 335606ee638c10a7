#pragma once

/// The even grid of one node's distribution, and the proof that nothing falls off it.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "forecasting/factor_quadrature.h"
#include "forecasting/forecast_book.h"
#include "forecasting/new_business_mixing.h"

namespace ri::forecasting {

/// Probability that the window may miss on each side.
inline constexpr double kWindowTail = 1e-15;

/// Deals of one team inside a node, summarised per lane.
struct GroupMoments {
  std::vector<double> mean;           ///< E[sum | lane]
  std::vector<double> variance;       ///< Var[sum | lane], deals independent given the lane
  std::vector<double> second_moment;  ///< sum of E[X^2 | lane]
  double largest = 0;                 ///< largest possible amount of one deal
  double total = 0;                   ///< sum of largest possible amounts
};

struct Window {
  double low = 0;
  double high = 0;
};

/// An interval that holds the sum of the groups and the new business except for at most
/// kWindowTail on either side. Chernoff bounds given every global node: Bennett's bound above
/// (independent terms bounded by `largest`), the second-moment bound below (terms not negative),
/// mixed over the team factor, exact moment generating functions for new business; never wider than
/// the support. `business` and `mixing` run in parallel.
[[nodiscard]] Window BoundRevenue(std::span<const GroupMoments> groups,
                                  std::span<const NewBusiness* const> business,
                                  std::span<const NewBusinessMixing> mixing,
                                  const FactorQuadrature& quadrature);

/// Points cell * k; index first + j for j = 0 .. length-1, taken around the circle.
struct MoneyGrid {
  double cell = 1;
  std::int64_t first = 0;
  std::size_t length = 16;  ///< a power of two
  bool exact = false;       ///< every amount is a multiple of the cell
};

/// How many deals the grid rounds, by the direction in which they move revenue.
struct RoundedDeals {
  std::size_t gains = 0;
  std::size_t losses = 0;
};

/// The greatest common divisor of the amounts when they are whole cents and it makes the window fit
/// into `max_cells`; otherwise the window divided evenly, with room at the edges for what rounding
/// of single amounts may add up to. \pre max_cells is a power of two >= 16
[[nodiscard]] MoneyGrid ChooseGrid(Window window, std::span<const double> amounts,
                                   RoundedDeals rounded, std::size_t max_cells);

}  // namespace ri::forecasting
