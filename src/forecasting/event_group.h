#pragma once

/// The open deals of one team inside one node, ready for the transform.

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

#include "forecasting/conditional_probability.h"
#include "forecasting/money_grid.h"

namespace ri::forecasting {

/// How an amount between two grid points is represented.
enum class AmountSplit {
  kTwoPoints,    ///< keeps the mean; never negative; adds up to a quarter cell^2 of variance
  kThreePoints,  ///< keeps mean and variance; one of the weights is negative
};

/// One possible change of revenue, or several that share a cell: `weight` at cell + fraction.
struct GridAtom {
  std::uint32_t cell = 0;  ///< taken around the circle of the grid
  double fraction = 0;   ///< mean position in the cell: [0, 1) for two points, [-.5, .5] for three
  double curvature = 0;  ///< for two points the fraction, for three its mean square
  double weight = 1;
};

/// A deal as an event that changes revenue. A likely deal of certain amount counts from the
/// other side: its amount is already in `offset` and the event is the loss, so that what the grid
/// rounds is as rare as it can be.
class EventGroup {
 public:
  /// Conditional probabilities and moments of `deals` (indices into the book, ascending).
  EventGroup(const ForecastBook& book, std::span<const DealThresholds> thresholds,
             const FactorModel& model, const FactorQuadrature& quadrature, ForecastPeriod period,
             std::vector<std::uint32_t> deals);

  [[nodiscard]] std::size_t size() const { return deals_.size(); }
  /// Deals in the order of the products: most variable first.
  [[nodiscard]] std::span<const std::uint32_t> deals() const { return deals_; }
  [[nodiscard]] bool counts_loss(std::size_t i) const { return counts_loss_[i] != 0; }
  /// P(event | lane), padded to num_lanes_padded() by repeating the last lane.
  [[nodiscard]] const double* probability(std::size_t i) const {
    return probability_.data() + i * num_lanes_padded_;
  }
  [[nodiscard]] std::size_t num_lanes_padded() const { return num_lanes_padded_; }
  [[nodiscard]] const GroupMoments& moments() const { return moments_; }
  /// Revenue that is there before any event.
  [[nodiscard]] double offset() const { return offset_; }

  /// Share of variance that rounding to `cell` with two points would add, in money squared.
  [[nodiscard]] double SplitVariance(const ForecastBook& book, ForecastPeriod period,
                                     double cell) const;

  void PlaceOnGrid(const ForecastBook& book, const MoneyGrid& grid, AmountSplit split);

  /// phi_i(w) - 1 of deals [begin, end) at frequencies first .. first+3, as MultiplyFactors wants
  /// it.
  void TransformMinusOne(std::size_t begin, std::size_t end, std::size_t first_frequency,
                         std::span<const std::complex<double>> roots, double* out) const;

 private:
  std::vector<std::uint32_t> deals_;
  std::vector<char> counts_loss_;
  std::vector<double> probability_;
  std::size_t num_lanes_padded_ = 0;
  GroupMoments moments_;
  double offset_ = 0;
  std::vector<std::uint32_t> atom_begin_;
  std::vector<GridAtom> atoms_;
};

/// Cell and fraction of a change of revenue on a grid.
[[nodiscard]] GridAtom PlaceAmount(double amount, double weight, const MoneyGrid& grid,
                                   AmountSplit split);

/// Puts neighbouring atoms of one cell together, which leaves every transform as it is: a small
/// deal's many possible amounts seldom leave one cell.
void MergeCells(std::vector<GridAtom>& atoms, std::size_t first);

/// weight * exp(-i w (cell + fraction)) as the split represents it, at frequency index j.
[[nodiscard]] std::complex<double> AtomTransform(const GridAtom& atom, std::size_t j,
                                                 std::span<const std::complex<double>> roots);

}  // namespace ri::forecasting
