#pragma once

/// The inner loop of every forecast: products of 1 + p (phi - 1) over deals, for a few frequencies
/// and all lanes of the common factors at once.

#include <cstddef>
#include <cstdint>
#include <span>

namespace ri::forecasting {

inline constexpr std::size_t kFrequenciesPerBlock = 4;
inline constexpr std::size_t kLanesPerStep = 8;

/// For every frequency f of the block and each lane l of the listed steps (lanes step * 8 .. + 7):
///   state[f][l] *= prod_d (1 + probability[d][l] (phi[d][f] - 1)).
/// `probability` is num_deals x num_lanes. `phi_minus_one` holds, per deal, the real parts of the
/// block's frequencies and then the imaginary parts. `state_re` and `state_im` are
/// kFrequenciesPerBlock x num_lanes. \pre num_lanes is a multiple of kLanesPerStep
///
/// Compiled for several instruction sets and chosen at run time; no fused operations, so the result
/// is the same bytes with each of them.
void MultiplyFactors(const double* probability, const double* phi_minus_one, std::size_t num_deals,
                     std::size_t num_lanes, std::span<const std::uint32_t> steps, double* state_re,
                     double* state_im);

/// sum_re[i] += re * weights[i] and sum_im[i] += im * weights[i] for i < count.
/// Compiled and chosen like MultiplyFactors; the same bytes with each instruction set.
void AddWeighted(const double* weights, std::size_t count, double re, double im, double* sum_re,
                 double* sum_im);

/// product[g][f] *= sum_t weight[t] row[lanes[g * num_team + t]][f], complex, for every global node
/// g and frequency f of a block. `product` holds, per global node, the real parts of the block's
/// frequencies and then the imaginary parts; `by_lane` the same per lane. The sums run over t in
/// order. Compiled and chosen like MultiplyFactors; the same bytes with each instruction set.
void MultiplyTeamMeans(const double* by_lane, std::span<const std::uint32_t> lanes,
                       std::span<const double> weight, std::span<double> product);

}  // namespace ri::forecasting
