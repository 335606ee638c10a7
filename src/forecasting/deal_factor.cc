#include "forecasting/deal_factor.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "forecasting/factor_kernel.h"

namespace ri::forecasting {

DealPlace FindDeal(const NodeSpectrum& spectrum, std::uint32_t deal, bool left_out) {
  const ForecastDeal& entry = spectrum.prepared().book->deals[deal];
  DealPlace place;
  place.group = spectrum.GroupOfTeam(entry.team);
  if (left_out) {
    return place;
  }
  if (place.group.has_value()) {
    const EventGroup& group = spectrum.groups()[*place.group];
    const auto at = std::ranges::find(group.deals(), deal);
    if (at != group.deals().end()) {
      place.slot = static_cast<std::size_t>(at - group.deals().begin());
      place.baseline = group.counts_loss(*place.slot) ? entry.amount : 0;
      return place;
    }
  }
  const bool certain = entry.win_probability(spectrum.period()) >= 1 && entry.amount_ratio < 0;
  place.baseline = certain ? entry.amount : 0;
  return place;
}

std::complex<double> WonTransform(const OutcomeFactor& factor, std::size_t j,
                                  const NodeSpectrum& spectrum) {
  std::complex<double> sum = 0;
  for (const GridAtom& atom : factor.won_atoms) {
    sum += AtomTransform(atom, j, spectrum.roots());
  }
  return sum;
}

std::complex<double> ZeroTransform(const OutcomeFactor& factor, std::size_t j,
                                   const NodeSpectrum& spectrum) {
  return AtomTransform(factor.zero_atom, j, spectrum.roots());
}

std::vector<double> WinProbabilities(const NodeSpectrum& spectrum, std::uint32_t deal) {
  const PreparedBook& prepared = spectrum.prepared();
  std::vector<double> probability(spectrum.quadrature().num_lanes());
  ConditionalWinProbabilities(prepared.book->deals[deal], prepared.thresholds[deal], prepared.model,
                              spectrum.quadrature(), spectrum.period(), probability);
  return probability;
}

std::vector<GridAtom> WonAtoms(const NodeSpectrum& spectrum, std::uint32_t deal, double baseline,
                               std::optional<double> amount) {
  const ForecastBook& book = *spectrum.prepared().book;
  const ForecastDeal& entry = book.deals[deal];
  std::vector<GridAtom> atoms;
  if (amount.has_value() || entry.amount_ratio < 0) {
    atoms.push_back(PlaceAmount(amount.value_or(entry.amount) - baseline, 1.0, spectrum.grid(),
                                spectrum.split()));
    return atoms;
  }
  for (const RatioAtom& atom :
       book.amount_ratios[static_cast<std::size_t>(entry.amount_ratio)].atoms()) {
    atoms.push_back(PlaceAmount(entry.amount * atom.ratio - baseline, atom.probability,
                                spectrum.grid(), spectrum.split()));
  }
  return atoms;
}

void GroupWithout(const NodeSpectrum& spectrum, std::size_t group_index, std::size_t slot,
                  std::size_t first_frequency, std::vector<double>& re, std::vector<double>& im) {
  constexpr std::size_t kDealsPerStep = 32;
  const EventGroup& group = spectrum.groups()[group_index];
  const std::size_t padded = group.num_lanes_padded();
  re.assign(kFrequenciesPerBlock * padded, 1.0);
  im.assign(kFrequenciesPerBlock * padded, 0.0);
  std::vector<std::uint32_t> steps(padded / kLanesPerStep);
  std::iota(steps.begin(), steps.end(), 0U);
  std::array<double, kDealsPerStep * 2 * kFrequenciesPerBlock> phi;
  for (std::size_t begin = 0; begin < group.size(); begin += kDealsPerStep) {
    const std::size_t end = std::min(group.size(), begin + kDealsPerStep);
    group.TransformMinusOne(begin, end, first_frequency, spectrum.roots(), phi.data());
    if (slot >= begin && slot < end) {
      const auto own =
          phi.begin() + static_cast<std::ptrdiff_t>((slot - begin) * 2 * kFrequenciesPerBlock);
      std::fill(own, own + 2 * kFrequenciesPerBlock, 0.0);
    }
    MultiplyFactors(group.probability(begin), phi.data(), end - begin, padded, steps, re.data(),
                    im.data());
  }
}

}  // namespace ri::forecasting
