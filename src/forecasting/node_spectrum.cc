#include "forecasting/node_spectrum.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>
#include <utility>

#include "base/assertion.h"
#include "base/parallel.h"
#include "base/sum.h"
#include "forecasting/factor_kernel.h"
#include "forecasting/fourier.h"

namespace ri::forecasting {
namespace {

constexpr std::size_t kBlock = kFrequenciesPerBlock;
// Frequencies whose transform is below this are left out. Each distribution value moves by less
// than five times as much; the second bound is for mixtures over factors, whose quadrature errs by
// more.
constexpr double kNegligible = 1e-16;
constexpr double kNegligibleMixture = 1e-11;
// The factors cancel most frequencies long before the modulus given the factors is small: phases of
// neighbouring nodes turn against each other. When two blocks in a row are this quiet, a later
// frequency counts only if its modulus comes back above that of the quiet ones (amounts on a common
// multiple); otherwise the phases only turn faster.
constexpr double kQuiet = 1e-10;
constexpr std::size_t kQuietBlocks = 2;
// Blocks computed side by side between two looks at that rule.
constexpr std::size_t kBlocksPerWave = 8;
// Lanes this small are set to zero, so that products never become denormal.
constexpr double kVanished = 1e-120;
constexpr std::size_t kDealsPerStep = 32;
// Rounding to two points may add this share of variance before three points are tried instead.
constexpr double kSplitVarianceShare = 1e-4;
constexpr double kNegativeMassTolerance = 1e-7;
// Total of the masses before normalisation; more would be an error of the transform.
constexpr double kLargestMassError = 1e-6;
// In cells; more would be an error of the transform, not rounding.
constexpr double kLargestCorrection = 1e-3;
// Relative; a mean as close as this is left alone, so that amounts stay on their own grid.
constexpr double kRoundingOfMean = 1e-13;
// Neighbouring nodes of a factor may be this many conditional standard deviations apart: the
// ripple of the mixture is then below 2 exp(-2 pi^2 / 1.1^2) = 2e-7.
constexpr double kNodeDistance = 1.1;

double NormalDensity(double x) {
  return std::isfinite(x) ? std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi) : 0.0;
}

// Updates the moduli of one step of lanes and returns how much they can still contribute. When that
// is less than `allowed` the lanes are set to zero, and zero is returned.
double UpdateModuli(std::size_t first_lane, std::size_t num_lanes, double allowed,
                    std::span<const double> lane_cap, std::span<double> re, std::span<double> im,
                    std::span<double> modulus) {
  double total = 0;
  for (std::size_t lane = first_lane; lane < first_lane + kLanesPerStep; ++lane) {
    double largest = 0;
    for (std::size_t f = 0; f < kBlock; ++f) {
      const double x = re[f * num_lanes + lane];
      const double y = im[f * num_lanes + lane];
      largest = std::max(largest, x * x + y * y);
    }
    modulus[lane] = std::sqrt(largest);
    total += lane_cap[lane] * modulus[lane];
  }
  const bool drop = total < allowed;
  for (std::size_t lane = first_lane; lane < first_lane + kLanesPerStep; ++lane) {
    if (drop || modulus[lane] < kVanished) {
      modulus[lane] = 0;
      for (std::size_t f = 0; f < kBlock; ++f) {
        re[f * num_lanes + lane] = 0;
        im[f * num_lanes + lane] = 0;
      }
    }
  }
  return drop ? 0 : total;
}

struct Membership {
  std::vector<std::pair<int, std::vector<std::uint32_t>>> groups;
  double certain = 0;
};

// Deals that can change the period's revenue, by team (one group when teams share nothing).
Membership Split(const PreparedBook& prepared, const ForecastNode& node, ForecastPeriod period,
                 const LeftOut& left_out) {
  std::map<int, std::vector<std::uint32_t>> by_team;
  base::CompensatedSum certain;
  const auto team_of = [&](const ForecastDeal& deal) {
    return prepared.model.rho_team > 0 ? deal.team : 0;
  };
  for (const std::uint32_t index : node.deals) {
    const ForecastDeal& deal = prepared.book->deals[index];
    if (std::ranges::binary_search(left_out.deals, index)) {
      by_team[team_of(deal)];
      continue;
    }
    const double q = deal.win_probability(period);
    if (q <= 0 || deal.amount <= 0) {
      continue;
    }
    if (q >= 1 && deal.amount_ratio < 0) {
      certain.Add(deal.amount);
      continue;
    }
    by_team[team_of(deal)].push_back(index);
  }
  Membership membership;
  membership.certain = certain.value();
  for (auto& [team, deals] : by_team) {
    membership.groups.emplace_back(team, std::move(deals));
  }
  std::ranges::stable_sort(membership.groups, [](const auto& a, const auto& b) {
    return a.second.size() > b.second.size();
  });
  return membership;
}

double MeanAmount(const ForecastDeal& deal, const ForecastBook& book) {
  return deal.amount_ratio < 0
             ? deal.amount
             : deal.amount * book.amount_ratios[static_cast<std::size_t>(deal.amount_ratio)].mean();
}

// How finely the factors must be cut so that neighbouring conditional laws overlap.
QuadratureSpacing ChooseSpacing(const PreparedBook& prepared, const Membership& membership,
                                std::span<const NewBusiness* const> business,
                                ForecastPeriod period) {
  const FactorModel& model = prepared.model;
  double own_variance = 0;
  double slope = 0;
  std::vector<double> team_slope;
  for (const auto& [team, group] : membership.groups) {
    double sum = 0;
    for (const std::uint32_t index : group) {
      const ForecastDeal& deal = prepared.book->deals[index];
      const double q = deal.win_probability(period);
      const double amount = MeanAmount(deal, *prepared.book);
      const DealThresholds& thresholds = prepared.thresholds[index];
      own_variance += q * (1 - q) * amount * amount;
      sum += amount * NormalDensity(period == ForecastPeriod::kCurrent ? thresholds.current
                                                                       : thresholds.next);
    }
    slope += sum;
    team_slope.push_back(sum * std::sqrt(model.rho_team));
  }
  slope *= std::sqrt(model.rho_global);
  const double c = model.new_business_correlation;
  for (const NewBusiness* unit : business) {
    const double mean = unit->expected_count * SeverityMean(*unit);
    own_variance +=
        unit->expected_count * SeveritySecondMoment(*unit) + mean * mean / unit->size * (1 - c * c);
    slope += mean / std::sqrt(unit->size) * c;
  }
  double variance = own_variance;
  for (const double team_effect : team_slope) {
    variance += team_effect * team_effect;
  }
  const auto spacing = [](double deviation, double distance) {
    return std::clamp(kNodeDistance * deviation / std::max(distance, 1e-300), kFinestSpacing,
                      kCoarsestSpacing);
  };
  QuadratureSpacing result;
  result.global = spacing(std::sqrt(variance), slope);
  for (const double effect : team_slope) {
    const double others = std::sqrt(std::max(0.0, variance - effect * effect));
    result.team = std::min(result.team, spacing(others, effect));
  }
  return result;
}

}  // namespace

NodeSpectrum NodeSpectrum::Compute(const PreparedBook& prepared, const ForecastNode& node,
                                   ForecastPeriod period, const ForecastOptions& options,
                                   bool retain, const LeftOut& left_out) {
  const ForecastBook& book = *prepared.book;
  const auto period_index = static_cast<std::size_t>(period);
  NodeSpectrum spectrum;
  spectrum.prepared_ = &prepared;
  spectrum.period_ = period;
  spectrum.booked_ = node.booked[period_index];
  Membership membership = Split(prepared, node, period, left_out);
  base::CompensatedSum open_mean;
  open_mean.Add(membership.certain);
  for (const auto& [team, group] : membership.groups) {
    for (const std::uint32_t index : group) {
      const ForecastDeal& deal = book.deals[index];
      open_mean.Add(deal.win_probability(period) * MeanAmount(deal, book));
    }
  }
  spectrum.open_mean_ = open_mean.value();
  base::CompensatedSum new_mean;
  for (const std::uint32_t index : node.new_business[period_index]) {
    const NewBusiness& unit = book.new_business[index];
    const double mean = SeverityMean(unit);
    if (unit.expected_count > 0 && mean > 0) {
      spectrum.business_.push_back(&unit);
      new_mean.Add(unit.expected_count * mean);
    }
  }
  spectrum.new_business_mean_ = new_mean.value();

  spectrum.quadrature_ = MakeQuadrature(
      prepared.model, period, ChooseSpacing(prepared, membership, spectrum.business_, period));
  base::CompensatedSum base_revenue;
  base_revenue.Add(spectrum.booked_);
  base_revenue.Add(membership.certain);
  std::vector<GroupMoments> moments;
  std::vector<double> amounts = left_out.amounts;
  for (auto& [team, deals] : membership.groups) {
    spectrum.teams_.push_back(team);
    for (const std::uint32_t index : deals) {
      const ForecastDeal& deal = book.deals[index];
      if (deal.amount_ratio < 0) {
        amounts.push_back(deal.amount);
        continue;
      }
      for (const RatioAtom& atom :
           book.amount_ratios[static_cast<std::size_t>(deal.amount_ratio)].atoms()) {
        amounts.push_back(deal.amount * atom.ratio);
      }
    }
    spectrum.groups_.emplace_back(book, prepared.thresholds, prepared.model, spectrum.quadrature_,
                                  period, std::move(deals));
    moments.push_back(spectrum.groups_.back().moments());
  }
  double group_offset = 0;
  RoundedDeals rounded;
  for (const EventGroup& group : spectrum.groups_) {
    group_offset += group.offset();
    for (std::size_t i = 0; i < group.size(); ++i) {
      ++(group.counts_loss(i) ? rounded.losses : rounded.gains);
    }
    base_revenue.Add(group.offset());
  }
  spectrum.base_revenue_ = base_revenue.value();
  for (const NewBusiness* unit : spectrum.business_) {
    spectrum.mixing_.push_back(
        MakeMixing(unit->size, prepared.model.new_business_correlation, spectrum.quadrature_));
    for (const SeverityAtom& atom : unit->severity) {
      amounts.push_back(atom.amount);
    }
  }
  if (spectrum.groups_.empty() && spectrum.business_.empty()) {
    spectrum.distribution_ = Distribution::Point(spectrum.base_revenue_);
    return spectrum;
  }
  Window window = BoundRevenue(moments, spectrum.business_, spectrum.mixing_, spectrum.quadrature_);
  window.low -= group_offset;
  window.high += left_out.room - group_offset;
  spectrum.grid_ = ChooseGrid(window, amounts, rounded, options.max_cells);

  if (!spectrum.grid_.exact) {
    double added = 0;
    double variance = 0;
    for (const NewBusiness* unit : spectrum.business_) {
      for (const SeverityAtom& atom : unit->severity) {
        const double position = atom.amount / spectrum.grid_.cell;
        const double fraction = position - std::floor(position);
        added += unit->expected_count * atom.probability * fraction * (1 - fraction) *
                 spectrum.grid_.cell * spectrum.grid_.cell;
      }
      variance += unit->expected_count * SeveritySecondMoment(*unit);
    }
    for (const EventGroup& group : spectrum.groups_) {
      added += group.SplitVariance(book, period, spectrum.grid_.cell);
      for (std::size_t lane = 0; lane < spectrum.quadrature_.num_lanes(); ++lane) {
        variance += spectrum.quadrature_.lane_weight[lane] * group.moments().variance[lane];
      }
    }
    if (added > kSplitVarianceShare * variance) {
      spectrum.split_ = AmountSplit::kThreePoints;
    }
  }
  spectrum.roots_ = RootsOfUnity(spectrum.grid_.length);
  if (!spectrum.Transform(options, retain)) {
    spectrum.split_ = AmountSplit::kTwoPoints;
    const bool done = spectrum.Transform(options, retain);
    RI_ASSERT(done);
  }
  return spectrum;
}

bool NodeSpectrum::Transform(const ForecastOptions& options, bool retain) {
  for (EventGroup& group : groups_) {
    group.PlaceOnGrid(*prepared_->book, grid_, split_);
  }
  severity_.clear();
  for (const NewBusiness* unit : business_) {
    std::vector<GridAtom>& atoms = severity_.emplace_back();
    for (const SeverityAtom& atom : unit->severity) {
      atoms.push_back(PlaceAmount(atom.amount, atom.probability, grid_, split_));
    }
  }
  const std::size_t num_frequencies = grid_.length / 2 + 1;
  const std::size_t num_blocks = (num_frequencies + kBlock - 1) / kBlock;
  std::vector<std::complex<double>> half_spectrum(num_blocks * kBlock, 0.0);
  blocks_.clear();
  blocks_.resize(num_blocks);
  const bool mixture = quadrature_.num_lanes() > 1;
  double enough = mixture ? kNegligibleMixture : kNegligible;
  std::size_t num_quiet = 0;
  std::vector<double> bounds(num_blocks, 0.0);
  for (std::size_t wave = 0; wave < num_blocks; wave += kBlocksPerWave) {
    const std::size_t wave_end = std::min(num_blocks, wave + kBlocksPerWave);
    base::ParallelFor(wave_end - wave, 1, options.num_threads,
                      [&](std::size_t begin, std::size_t end) {
                        for (std::size_t b = wave + begin; b < wave + end; ++b) {
                          auto block = ComputeBlock(b * kBlock, enough, bounds[b]);
                          for (std::size_t f = 0; block != nullptr && f < kBlock; ++f) {
                            half_spectrum[b * kBlock + f] = Combine(RowsOf(*block), f);
                          }
                          blocks_[b] = std::move(block);
                        }
                      });
    for (std::size_t b = wave; b < wave_end; ++b) {
      const std::span<const std::complex<double>> values(half_spectrum.data() + b * kBlock, kBlock);
      const bool quiet =
          std::ranges::all_of(values, [](const auto& x) { return std::abs(x) < kQuiet; });
      num_quiet = quiet ? num_quiet + 1 : 0;
      if (mixture && num_quiet >= kQuietBlocks) {
        enough = std::max(enough, bounds[b]);
      }
      if (!retain || quiet) {
        blocks_[b] = nullptr;
      }
    }
  }
  std::erase(blocks_, nullptr);
  half_spectrum.resize(num_frequencies);
  distribution_ = Invert(half_spectrum, grid_.first);
  if (!distribution_.has_value()) {
    return false;
  }
  // What the left-out frequencies and clipped noise cost the mean, some millionths of a cell, is
  // given back, so that means add over the hierarchy.
  const double wanted = booked_ + open_mean_ + new_business_mean_;
  const double missing = wanted - distribution_->mean();
  RI_ASSERT(std::fabs(missing) < kLargestCorrection * grid_.cell);
  if (std::fabs(missing) > kRoundingOfMean * std::fabs(wanted)) {
    distribution_ = distribution_->Shifted(missing);
  }
  return true;
}

std::unique_ptr<SpectrumBlock> NodeSpectrum::ComputeBlock(std::size_t first_frequency,
                                                          double enough, double& bound) const {
  auto block = std::make_unique<SpectrumBlock>();
  block->first_frequency = first_frequency;
  if (!MultiplyGroups(*block, enough, bound)) {
    return nullptr;
  }
  MultiplyBusiness(*block);
  return block;
}

bool NodeSpectrum::MultiplyGroups(SpectrumBlock& block, double enough, double& final_bound) const {
  const std::size_t num_lanes = quadrature_.num_lanes();
  const std::size_t num_team = quadrature_.num_team();
  // Largest modulus, over the block, of the product of the groups so far given a global node.
  std::vector<double> bound = quadrature_.global_weight;
  std::vector<double> lane_cap;
  std::vector<double> modulus;
  std::vector<std::uint32_t> steps;
  std::array<double, kDealsPerStep * 2 * kBlock> phi;
  const double negligible = num_lanes == 1 ? kNegligible : kNegligibleMixture;
  for (const EventGroup& group : groups_) {
    const std::size_t padded = group.num_lanes_padded();
    auto& re = block.re.emplace_back(kBlock * padded, 1.0);
    auto& im = block.im.emplace_back(kBlock * padded, 0.0);
    lane_cap.assign(padded, 0.0);
    for (std::size_t g = 0; g < bound.size(); ++g) {
      for (std::size_t t = 0; t < num_team; ++t) {
        lane_cap[quadrature_.lane_of[g * num_team + t]] += bound[g] * quadrature_.team_weight[t];
      }
    }
    steps.resize(padded / kLanesPerStep);
    std::iota(steps.begin(), steps.end(), 0U);
    modulus.assign(padded, 1.0);
    const double allowed = negligible / static_cast<double>(steps.size());
    for (std::size_t begin = 0; begin < group.size(); begin += kDealsPerStep) {
      const std::size_t end = std::min(group.size(), begin + kDealsPerStep);
      group.TransformMinusOne(begin, end, block.first_frequency, roots_, split_, phi.data());
      MultiplyFactors(group.probability(begin), phi.data(), end - begin, padded, steps, re.data(),
                      im.data());
      double remaining = 0;
      std::erase_if(steps, [&](std::uint32_t step) {
        const double total =
            UpdateModuli(step * kLanesPerStep, padded, allowed, lane_cap, re, im, modulus);
        remaining += total;
        return total == 0;
      });
      if (remaining < enough) {
        return false;
      }
    }
    for (std::size_t g = 0; g < bound.size(); ++g) {
      double mixed = 0;
      for (std::size_t t = 0; t < num_team; ++t) {
        mixed += quadrature_.team_weight[t] * modulus[quadrature_.lane_of[g * num_team + t]];
      }
      bound[g] *= mixed;
    }
  }
  final_bound = base::Sum(bound);
  return true;
}

void NodeSpectrum::MultiplyBusiness(SpectrumBlock& block) const {
  const std::size_t num_global = quadrature_.num_global();
  block.business.assign(kBlock * num_global, 1.0);
  std::vector<std::complex<double>> given_u;
  for (std::size_t b = 0; b < business_.size(); ++b) {
    const NewBusinessMixing& mixing = mixing_[b];
    given_u.resize(mixing.num_u());
    for (std::size_t f = 0; f < kBlock; ++f) {
      std::complex<double> exponent = 0;
      for (const GridAtom& atom : severity_[b]) {
        exponent += AtomTransform(atom, block.first_frequency + f, roots_, split_) - atom.weight;
      }
      exponent *= business_[b]->expected_count;
      for (std::size_t k = 0; k < given_u.size(); ++k) {
        given_u[k] = std::exp(mixing.multiplier[k] * exponent);
      }
      for (std::size_t g = 0; g < num_global; ++g) {
        const std::span<const double> weights = mixing.given(g);
        std::complex<double> sum = 0;
        for (std::size_t k = 0; k < given_u.size(); ++k) {
          sum += weights[k] * given_u[k];
        }
        block.business[f * num_global + g] *= sum;
      }
    }
  }
}

BlockRows NodeSpectrum::RowsOf(const SpectrumBlock& block) {
  BlockRows rows;
  for (std::size_t i = 0; i < block.re.size(); ++i) {
    rows.re.push_back(block.re[i].data());
    rows.im.push_back(block.im[i].data());
  }
  rows.business = block.business.data();
  return rows;
}

std::optional<std::size_t> NodeSpectrum::GroupOfTeam(int team) const {
  const int wanted = prepared_->model.rho_team > 0 ? team : 0;
  const auto at = std::ranges::find(teams_, wanted);
  if (at == teams_.end()) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(at - teams_.begin());
}

std::complex<double> NodeSpectrum::Combine(const BlockRows& rows, std::size_t f) const {
  const std::size_t num_team = quadrature_.num_team();
  std::complex<double> total = 0;
  for (std::size_t g = 0; g < quadrature_.num_global(); ++g) {
    const std::uint32_t* lanes = quadrature_.lane_of.data() + g * num_team;
    std::complex<double> product = rows.business[f * quadrature_.num_global() + g];
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      const double* re_row = rows.re[i] + f * groups_[i].num_lanes_padded();
      const double* im_row = rows.im[i] + f * groups_[i].num_lanes_padded();
      double re = 0;
      double im = 0;
      for (std::size_t t = 0; t < num_team; ++t) {
        re += quadrature_.team_weight[t] * re_row[lanes[t]];
        im += quadrature_.team_weight[t] * im_row[lanes[t]];
      }
      product *= std::complex(re, im);
    }
    total += quadrature_.global_weight[g] * product;
  }
  return total;
}

std::optional<Distribution> NodeSpectrum::Invert(
    std::span<const std::complex<double>> half_spectrum, std::int64_t first) const {
  const std::size_t length = grid_.length;
  std::vector<double> circle = InverseRealTransform(half_spectrum, length);
  double modulus = 0;
  for (const std::complex<double>& value : half_spectrum) {
    modulus += std::abs(value);
  }
  // Rounding of the inverse transform: what is below is noise around zero.
  const double noise = 16 * 0x1p-53 * modulus / static_cast<double>(length);
  std::vector<double> masses(length);
  double negative = 0;
  const std::int64_t mask = static_cast<std::int64_t>(length) - 1;
  for (std::size_t k = 0; k < length; ++k) {
    const double mass =
        circle[static_cast<std::size_t>((first + static_cast<std::int64_t>(k)) & mask)];
    negative += std::min(mass, 0.0);
    masses[k] = mass > noise ? mass : 0.0;
  }
  if (split_ == AmountSplit::kThreePoints && -negative > kNegativeMassTolerance) {
    return std::nullopt;
  }
  const double total = base::Sum(masses);
  RI_ASSERT(std::fabs(total - 1) < kLargestMassError);
  for (double& mass : masses) {
    mass /= total;
  }
  auto distribution = Distribution::FromMasses(
      base_revenue_ + grid_.cell * static_cast<double>(first), grid_.cell, std::move(masses));
  RI_ASSERT(distribution.has_value());
  return *std::move(distribution);
}

}  // namespace ri::forecasting
