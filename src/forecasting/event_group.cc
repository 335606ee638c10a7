#include "forecasting/event_group.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/assertion.h"
#include "base/sum.h"
#include "forecasting/factor_kernel.h"

namespace ri::forecasting {
namespace {

constexpr RatioAtom kCertainRatio{1.0, 1.0};

std::span<const RatioAtom> RatioAtoms(const ForecastDeal& deal, const ForecastBook& book) {
  return deal.amount_ratio < 0
             ? std::span(&kCertainRatio, 1)
             : book.amount_ratios[static_cast<std::size_t>(deal.amount_ratio)].atoms();
}

struct AmountMoments {
  double mean = 0;
  double second = 0;
  double largest = 0;
};

AmountMoments MomentsOf(const ForecastDeal& deal, const ForecastBook& book) {
  if (deal.amount_ratio < 0) {
    return {deal.amount, deal.amount * deal.amount, deal.amount};
  }
  const AmountRatio& ratio = book.amount_ratios[static_cast<std::size_t>(deal.amount_ratio)];
  return {deal.amount * ratio.mean(), deal.amount * deal.amount * ratio.second_moment(),
          deal.amount * ratio.largest()};
}

// What the two neighbours of a grid point make of a fraction: phi = root^cell (1 + re + i im).
struct SplitTerms {
  double re;
  double im;
};

SplitTerms TermsAt(const GridAtom& atom, const std::complex<double>& root) {
  return {-atom.curvature * (1 - root.real()), atom.fraction * root.imag()};
}

}  // namespace

EventGroup::EventGroup(const ForecastBook& book, std::span<const DealThresholds> thresholds,
                       const FactorModel& model, const FactorQuadrature& quadrature,
                       ForecastPeriod period, std::vector<std::uint32_t> deals)
    : deals_(std::move(deals)) {
  const std::size_t num_lanes = quadrature.num_lanes();
  num_lanes_padded_ = (num_lanes + kLanesPerStep - 1) / kLanesPerStep * kLanesPerStep;
  const auto importance = [&](std::uint32_t index) {
    const ForecastDeal& deal = book.deals[index];
    const double q = deal.win_probability(period);
    const AmountMoments amount = MomentsOf(deal, book);
    return q * amount.second - q * q * amount.mean * amount.mean;
  };
  std::vector<double> variance(deals_.size());
  std::ranges::transform(deals_, variance.begin(), importance);
  std::vector<std::uint32_t> order(deals_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(
      order, [&](std::uint32_t a, std::uint32_t b) { return variance[a] > variance[b]; });
  std::vector<std::uint32_t> sorted(deals_.size());
  std::ranges::transform(order, sorted.begin(), [&](std::uint32_t i) { return deals_[i]; });
  deals_ = std::move(sorted);

  counts_loss_.resize(deals_.size());
  probability_.resize(deals_.size() * num_lanes_padded_);
  moments_.mean.assign(num_lanes, 0.0);
  moments_.variance.assign(num_lanes, 0.0);
  moments_.second_moment.assign(num_lanes, 0.0);
  base::CompensatedSum offset;
  for (std::size_t i = 0; i < deals_.size(); ++i) {
    const ForecastDeal& deal = book.deals[deals_[i]];
    const AmountMoments amount = MomentsOf(deal, book);
    double* row = probability_.data() + i * num_lanes_padded_;
    ConditionalWinProbabilities(deal, thresholds[deals_[i]], model, quadrature, period,
                                {row, num_lanes});
    for (std::size_t lane = 0; lane < num_lanes; ++lane) {
      const double q = row[lane];
      moments_.mean[lane] += q * amount.mean;
      moments_.variance[lane] += q * amount.second - q * q * amount.mean * amount.mean;
      moments_.second_moment[lane] += q * amount.second;
    }
    moments_.largest = std::max(moments_.largest, amount.largest);
    moments_.total += amount.largest;
    counts_loss_[i] = deal.amount_ratio < 0 && deal.win_probability(period) > 0.5 ? 1 : 0;
    if (counts_loss_[i] != 0) {
      offset.Add(deal.amount);
      std::transform(row, row + num_lanes, row, [](double q) { return 1 - q; });
    }
    std::fill(row + num_lanes, row + num_lanes_padded_, row[num_lanes - 1]);
  }
  offset_ = offset.value();
}

double EventGroup::SplitVariance(const ForecastBook& book, ForecastPeriod period,
                                 double cell) const {
  base::CompensatedSum sum;
  for (std::size_t i = 0; i < deals_.size(); ++i) {
    const ForecastDeal& deal = book.deals[deals_[i]];
    const double q = deal.win_probability(period);
    const double event = counts_loss(i) ? 1 - q : q;
    for (const RatioAtom& atom : RatioAtoms(deal, book)) {
      const double position = deal.amount * atom.ratio / cell;
      const double fraction = position - std::floor(position);
      sum.Add(event * atom.probability * fraction * (1 - fraction) * cell * cell);
    }
  }
  return sum.value();
}

void EventGroup::PlaceOnGrid(const ForecastBook& book, const MoneyGrid& grid, AmountSplit split) {
  atom_begin_.assign(1, 0);
  atoms_.clear();
  for (std::size_t i = 0; i < deals_.size(); ++i) {
    const ForecastDeal& deal = book.deals[deals_[i]];
    const double sign = counts_loss(i) ? -1 : 1;
    for (const RatioAtom& atom : RatioAtoms(deal, book)) {
      atoms_.push_back(PlaceAmount(sign * deal.amount * atom.ratio, atom.probability, grid, split));
    }
    MergeCells(atoms_, atom_begin_.back());
    atom_begin_.push_back(static_cast<std::uint32_t>(atoms_.size()));
  }
}

void EventGroup::TransformMinusOne(std::size_t begin, std::size_t end, std::size_t first_frequency,
                                   std::span<const std::complex<double>> roots, double* out) const {
  constexpr std::size_t kBlock = kFrequenciesPerBlock;
  const std::size_t mask = roots.size() - 1;
  std::array<double, kBlock> versine;
  std::array<double, kBlock> sine;
  for (std::size_t f = 0; f < kBlock; ++f) {
    const std::complex<double>& root = roots[(first_frequency + f) & mask];
    versine[f] = 1 - root.real();
    sine[f] = root.imag();
  }
  for (std::size_t i = begin; i < end; ++i, out += 2 * kBlock) {
    std::array<double, kBlock> re{};
    std::array<double, kBlock> im{};
    for (std::uint32_t a = atom_begin_[i]; a < atom_begin_[i + 1]; ++a) {
      const GridAtom& atom = atoms_[a];
      std::size_t at = atom.cell * first_frequency;
      for (std::size_t f = 0; f < kBlock; ++f, at += atom.cell) {
        const std::complex<double>& root = roots[at & mask];
        const double split_re = 1 - atom.curvature * versine[f];
        const double split_im = atom.fraction * sine[f];
        re[f] += atom.weight * (root.real() * split_re - root.imag() * split_im);
        im[f] += atom.weight * (root.real() * split_im + root.imag() * split_re);
      }
    }
    for (std::size_t f = 0; f < kBlock; ++f) {
      out[f] = re[f] - 1;
      out[kBlock + f] = im[f];
    }
  }
}

GridAtom PlaceAmount(double amount, double weight, const MoneyGrid& grid, AmountSplit split) {
  const double position = amount / grid.cell;
  double base = std::floor(position);
  double fraction = position - base;
  // Whole multiples stay exact in spite of the division's rounding.
  constexpr double kWhole = 1e-9;
  if (fraction > 1 - kWhole || (split == AmountSplit::kThreePoints && fraction > 0.5)) {
    base += 1;
    fraction -= 1;
  }
  if (std::fabs(fraction) < kWhole) {
    fraction = 0;
  }
  const auto length = static_cast<double>(grid.length);
  const double wrapped = base - std::floor(base / length) * length;
  return {static_cast<std::uint32_t>(wrapped), fraction,
          split == AmountSplit::kTwoPoints ? fraction : fraction * fraction, weight};
}

void MergeCells(std::vector<GridAtom>& atoms, std::size_t first) {
  std::size_t last = first;
  for (std::size_t a = first + 1; a < atoms.size(); ++a) {
    GridAtom& kept = atoms[last];
    const GridAtom& next = atoms[a];
    if (next.cell != kept.cell) {
      atoms[++last] = next;
      continue;
    }
    const double weight = kept.weight + next.weight;
    if (weight > 0) {
      const double share = next.weight / weight;
      kept.fraction += share * (next.fraction - kept.fraction);
      kept.curvature += share * (next.curvature - kept.curvature);
    }
    kept.weight = weight;
  }
  atoms.resize(std::min(atoms.size(), last + 1));
}

std::complex<double> AtomTransform(const GridAtom& atom, std::size_t j,
                                   std::span<const std::complex<double>> roots) {
  const std::size_t mask = roots.size() - 1;
  const SplitTerms terms = TermsAt(atom, roots[j & mask]);
  return atom.weight * roots[(atom.cell * j) & mask] * std::complex(1 + terms.re, terms.im);
}

}  // namespace ri::forecasting
