#pragma once

/// The factor of one deal inside a node's retained transforms, and what may replace it.

#include <complex>
#include <cstdint>
#include <optional>
#include <vector>

#include "forecasting/node_spectrum.h"

namespace ri::forecasting {

/// Where a deal stands in a node.
struct DealPlace {
  std::optional<std::size_t> group;  ///< group of its team, if the node has one
  std::optional<std::size_t> slot;   ///< position in the group; empty when the deal is constant
  double baseline = 0;               ///< its revenue inside the node's base_revenue()
};

/// \pre the deal belongs to the node; `left_out` deals are never in a group
[[nodiscard]] DealPlace FindDeal(const NodeSpectrum& spectrum, std::uint32_t deal, bool left_out);

/// Factors closer to zero than this are not divided out.
inline constexpr double kSmallestDivisor = 1e-5;

/// One deal as three outcomes per lane, relative to its place in the node: no revenue with
/// probability `zero`, revenue as in `won_atoms` with probability `won`. The two need not sum to 1:
/// what is missing is ruled out.
struct OutcomeFactor {
  std::vector<double> zero;
  std::vector<double> won;
  GridAtom zero_atom;
  std::vector<GridAtom> won_atoms;
};

/// Transform of the amount given won, or of no revenue, at frequency index j.
[[nodiscard]] std::complex<double> WonTransform(const OutcomeFactor& factor, std::size_t j,
                                                const NodeSpectrum& spectrum);
[[nodiscard]] std::complex<double> ZeroTransform(const OutcomeFactor& factor, std::size_t j,
                                                 const NodeSpectrum& spectrum);

/// P(won in the spectrum's period | lane).
[[nodiscard]] std::vector<double> WinProbabilities(const NodeSpectrum& spectrum,
                                                   std::uint32_t deal);

/// Atoms of the amount when won, less `baseline`; `amount` replaces the deal's own when given.
[[nodiscard]] std::vector<GridAtom> WonAtoms(const NodeSpectrum& spectrum, std::uint32_t deal,
                                             double baseline, std::optional<double> amount);

/// Transforms of a group without one of its deals, multiplied afresh, for a deal whose own factor
/// is too close to zero to be divided out. `re` and `im` are frequency x padded lane.
void GroupWithout(const NodeSpectrum& spectrum, std::size_t group, std::size_t slot,
                  std::size_t first_frequency, std::vector<double>& re, std::vector<double>& im);

}  // namespace ri::forecasting
