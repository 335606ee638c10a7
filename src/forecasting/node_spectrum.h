#pragma once

/// The exact law of one node's revenue through its characteristic function.
///
/// Given the common factors deals are independent, so the transform of the sum is a product over
/// deals, mixed over each team's factor, multiplied over teams and new business, and mixed over the
/// global factor; one inverse transform gives the masses. At most frequencies the product is
/// negligible after some hundred deals: a rigorous bound on what is still to come (every further
/// factor has modulus at most 1) stops it there, so the cost is that of the few low frequencies
/// that carry the law, not deals x grid.

#include <array>
#include <complex>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "forecasting/distribution.h"
#include "forecasting/event_group.h"
#include "forecasting/factor_kernel.h"
#include "forecasting/new_business_mixing.h"
#include "forecasting/node_layout.h"

namespace ri::forecasting {

struct ForecastOptions {
  std::size_t max_cells = 4096;  ///< grid points of one distribution; a power of two, at least 64
  int num_threads = 1;           ///< never changes the result
};

/// Transforms at kFrequenciesPerBlock neighbouring frequencies, kept for later questions.
struct SpectrumBlock {
  std::size_t first_frequency = 0;
  std::vector<std::vector<double>> re;  ///< per group: frequency x padded lane
  std::vector<std::vector<double>> im;
  std::vector<std::complex<double>> business;  ///< frequency x global node
};

/// Where the transforms of one block stand, per group; some may be replaced by a caller.
struct BlockRows {
  std::vector<const double*> re;
  std::vector<const double*> im;
  const std::complex<double>* business = nullptr;
};

class NodeSpectrum {
 public:
  /// `retain` keeps the transforms of all groups, which scenario and attribution need
  /// (about 16 bytes x lanes x groups x live frequencies). \pre node and book are valid
  [[nodiscard]] static NodeSpectrum Compute(const PreparedBook& prepared, const ForecastNode& node,
                                            ForecastPeriod period, const ForecastOptions& options,
                                            bool retain, const LeftOut& left_out = {});

  [[nodiscard]] const Distribution& distribution() const { return *distribution_; }
  /// Mean of the model, summed in closed form; the distribution's mean agrees to rounding.
  [[nodiscard]] double open_mean() const { return open_mean_; }
  [[nodiscard]] double new_business_mean() const { return new_business_mean_; }
  [[nodiscard]] double booked() const { return booked_; }

  [[nodiscard]] ForecastPeriod period() const { return period_; }
  [[nodiscard]] const PreparedBook& prepared() const { return *prepared_; }
  [[nodiscard]] const FactorQuadrature& quadrature() const { return quadrature_; }
  [[nodiscard]] std::span<const EventGroup> groups() const { return groups_; }
  [[nodiscard]] std::span<const NewBusiness* const> business() const { return business_; }
  [[nodiscard]] std::span<const NewBusinessMixing> mixing() const { return mixing_; }
  [[nodiscard]] const MoneyGrid& grid() const { return grid_; }
  [[nodiscard]] AmountSplit split() const { return split_; }
  [[nodiscard]] std::span<const std::complex<double>> roots() const { return roots_; }
  /// Revenue at grid index 0: booked, certain deals and the offsets of likely deals.
  [[nodiscard]] double base_revenue() const { return base_revenue_; }
  /// Live frequencies, ascending; empty unless retained.
  [[nodiscard]] std::span<const std::unique_ptr<SpectrumBlock>> blocks() const { return blocks_; }

  [[nodiscard]] static BlockRows RowsOf(const SpectrumBlock& block);
  /// Mean of each group's transform over the team factor, and their product with new business, per
  /// global node: the node's transform at each frequency of the block is their weighted sum.
  [[nodiscard]] std::array<std::complex<double>, kFrequenciesPerBlock> Combine(
      const BlockRows& rows) const;
  /// The group that holds a team's deals; empty when the node has none.
  [[nodiscard]] std::optional<std::size_t> GroupOfTeam(int team) const;
  /// Masses from a half spectrum on this node's grid, read from grid index `first` on. Empty when a
  /// three-point split left visibly negative masses.
  [[nodiscard]] std::optional<Distribution> Invert(
      std::span<const std::complex<double>> half_spectrum, std::int64_t first) const;

 private:
  NodeSpectrum() = default;
  // Both give up, with null or false, once the modulus is proven to stay below `enough`.
  [[nodiscard]] std::unique_ptr<SpectrumBlock> ComputeBlock(std::size_t first_frequency,
                                                            double enough, double& bound) const;
  // Moduli below this are left out.
  [[nodiscard]] double Negligible() const;
  [[nodiscard]] bool MultiplyGroups(SpectrumBlock& block, double enough, double& bound) const;
  void MultiplyBusiness(SpectrumBlock& block) const;
  [[nodiscard]] std::complex<double> CombineOneGroup(const BlockRows& rows, std::size_t f) const;
  void PlaceGrid(std::span<const double> amounts, double room, std::size_t max_cells);
  // Whether three points would leave visibly negative masses, as far as one block can tell.
  [[nodiscard]] bool NarrowerThanGrid() const;
  // False when a three-point split left visibly negative masses.
  [[nodiscard]] bool Transform(const ForecastOptions& options, bool retain);

  const PreparedBook* prepared_ = nullptr;
  ForecastPeriod period_ = ForecastPeriod::kCurrent;
  double booked_ = 0;
  double open_mean_ = 0;
  double new_business_mean_ = 0;
  double base_revenue_ = 0;
  FactorQuadrature quadrature_;
  std::vector<EventGroup> groups_;
  std::vector<int> teams_;
  std::vector<const NewBusiness*> business_;
  std::vector<NewBusinessMixing> mixing_;
  std::vector<std::vector<GridAtom>> severity_;
  MoneyGrid grid_;
  AmountSplit split_ = AmountSplit::kTwoPoints;
  std::vector<std::complex<double>> roots_;
  std::vector<std::unique_ptr<SpectrumBlock>> blocks_;
  std::optional<Distribution> distribution_;
};

}  // namespace ri::forecasting
