#include "forecasting/node_spectrum.h"

#include <algorithm>
#include <array>
#include <cmath>
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
// For the next period, whose residual points err by 1e-6 and more.
constexpr double kNegligibleNextPeriod = 1e-9;
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
constexpr std::size_t kDealsPerStep = 64;
// Rounding to two points may add this share of variance before three points are tried instead.
constexpr double kSplitVarianceShare = 1e-4;
constexpr double kNegativeMassTolerance = 1e-7;
// Three points leave negative masses where the law is narrower than the grid, as that of the next
// period given a bad factor is; its transform then does not vanish at the highest frequency. With
// this many deals and a modulus above this there, two points are taken at once: of 660 nodes of a
// large company 630 needed them, and trying three points first doubled the work.
constexpr std::size_t kDealsOfWideBook = 32;
constexpr double kVisibleAtHighestFrequency = 10 * kNegativeMassTolerance;
// Total of the masses before normalisation; more would be an error of the transform.
constexpr double kLargestMassError = 1e-6;
// In cells; more would be an error of the transform, not rounding.
constexpr double kLargestCorrection = 1e-3;
// Relative; a mean as close as this is left alone, so that amounts stay on their own grid.
constexpr double kRoundingOfMean = 1e-13;
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

// Variance that rounding new business with two points would add, and its own.
struct RoundedBusiness {
  double added = 0;
  double variance = 0;
};

RoundedBusiness RoundingOf(std::span<const NewBusiness* const> business, double cell) {
  RoundedBusiness result;
  for (const NewBusiness* unit : business) {
    for (const SeverityAtom& atom : unit->severity) {
      const double position = atom.amount / cell;
      const double fraction = position - std::floor(position);
      result.added +=
          unit->expected_count * atom.probability * fraction * (1 - fraction) * cell * cell;
    }
    result.variance += unit->expected_count * SeveritySecondMoment(*unit);
  }
  return result;
}

}  // namespace

NodeSpectrum NodeSpectrum::Compute(const PreparedBook& prepared, const ForecastNode& node,
                                   ForecastPeriod period, const ForecastOptions& options,
                                   bool retain, const LeftOut& left_out) {
  NodeSpectrum spectrum;
  spectrum.prepared_ = &prepared;
  spectrum.period_ = period;
  spectrum.booked_ = node.booked[static_cast<std::size_t>(period)];
  NodeLayout layout = MakeLayout(prepared, node, period, left_out);
  spectrum.open_mean_ = layout.open_mean;
  spectrum.new_business_mean_ = layout.new_business_mean;
  const FactorModel model = FactorsSeenBy(layout, prepared.model);
  spectrum.quadrature_ =
      MakeQuadrature(model, period, ChooseSpacing(prepared, layout, model, period));
  base::CompensatedSum base_revenue;
  base_revenue.Add(spectrum.booked_);
  base_revenue.Add(layout.certain);
  for (auto& [team, deals] : layout.groups) {
    spectrum.teams_.push_back(team);
    spectrum.groups_.emplace_back(*prepared.book, prepared.thresholds, model, spectrum.quadrature_,
                                  period, std::move(deals));
    base_revenue.Add(spectrum.groups_.back().offset());
  }
  spectrum.base_revenue_ = base_revenue.value();
  spectrum.business_ = layout.business;
  for (const NewBusiness* unit : spectrum.business_) {
    spectrum.mixing_.push_back(
        MakeMixing(unit->size, model.new_business_correlation, spectrum.quadrature_));
  }
  if (spectrum.groups_.empty() && spectrum.business_.empty()) {
    spectrum.distribution_ = Distribution::Point(spectrum.base_revenue_);
    return spectrum;
  }
  spectrum.PlaceGrid(layout.amounts, left_out.room, options.max_cells);
  if (!spectrum.Transform(options, retain)) {
    spectrum.split_ = AmountSplit::kTwoPoints;
    const bool done = spectrum.Transform(options, retain);
    RI_ASSERT(done);
  }
  return spectrum;
}

void NodeSpectrum::PlaceGrid(std::span<const double> amounts, double room, std::size_t max_cells) {
  std::vector<GroupMoments> moments;
  double offset = 0;
  RoundedDeals rounded;
  for (const EventGroup& group : groups_) {
    moments.push_back(group.moments());
    offset += group.offset();
    for (std::size_t i = 0; i < group.size(); ++i) {
      ++(group.counts_loss(i) ? rounded.losses : rounded.gains);
    }
  }
  Window window = BoundRevenue(moments, business_, mixing_, quadrature_);
  window.low -= offset;
  window.high += room - offset;
  grid_ = ChooseGrid(window, amounts, rounded, max_cells);
  roots_ = RootsOfUnity(grid_.length);
  if (grid_.exact) {
    return;
  }
  RoundedBusiness rounding = RoundingOf(business_, grid_.cell);
  for (const EventGroup& group : groups_) {
    rounding.added += group.SplitVariance(*prepared_->book, period_, grid_.cell);
    for (std::size_t lane = 0; lane < quadrature_.num_lanes(); ++lane) {
      rounding.variance += quadrature_.lane_weight[lane] * group.moments().variance[lane];
    }
  }
  if (rounding.added > kSplitVarianceShare * rounding.variance) {
    split_ = AmountSplit::kThreePoints;
  }
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
    MergeCells(atoms, 0);
  }
  if (split_ == AmountSplit::kThreePoints && NarrowerThanGrid()) {
    return false;
  }
  const std::size_t num_frequencies = grid_.length / 2 + 1;
  const std::size_t num_blocks = (num_frequencies + kBlock - 1) / kBlock;
  std::vector<std::complex<double>> half_spectrum(num_blocks * kBlock, 0.0);
  blocks_.clear();
  blocks_.resize(num_blocks);
  const bool mixture = quadrature_.num_lanes() > 1;
  double enough = Negligible();
  std::size_t num_quiet = 0;
  std::vector<double> bounds(num_blocks, 0.0);
  for (std::size_t wave = 0; wave < num_blocks; wave += kBlocksPerWave) {
    const std::size_t wave_end = std::min(num_blocks, wave + kBlocksPerWave);
    base::ParallelFor(
        wave_end - wave, 1, options.num_threads, [&](std::size_t begin, std::size_t end) {
          for (std::size_t b = wave + begin; b < wave + end; ++b) {
            auto block = ComputeBlock(b * kBlock, enough, bounds[b]);
            if (block != nullptr) {
              std::ranges::copy(Combine(RowsOf(*block)),
                                half_spectrum.begin() + static_cast<std::ptrdiff_t>(b * kBlock));
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
      if (!retain || (mixture && quiet)) {
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

bool NodeSpectrum::NarrowerThanGrid() const {
  std::size_t num_deals = 0;
  for (const EventGroup& group : groups_) {
    num_deals += group.size();
  }
  if (period_ == ForecastPeriod::kCurrent || num_deals < kDealsOfWideBook) {
    return false;
  }
  double bound = 0;
  const auto highest = ComputeBlock(grid_.length / 2, 0, bound);
  return highest != nullptr &&
         std::abs(Combine(RowsOf(*highest)).front()) > kVisibleAtHighestFrequency;
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

double NodeSpectrum::Negligible() const {
  if (quadrature_.num_lanes() == 1) {
    return kNegligible;
  }
  return period_ == ForecastPeriod::kCurrent ? kNegligibleMixture : kNegligibleNextPeriod;
}

bool NodeSpectrum::MultiplyGroups(SpectrumBlock& block, double enough, double& final_bound) const {
  const std::size_t num_team = quadrature_.num_team();
  // Largest modulus, over the block, of the product of the groups so far given a global node.
  std::vector<double> bound = quadrature_.global_weight;
  std::vector<double> lane_cap;
  std::vector<double> modulus;
  std::vector<std::uint32_t> steps;
  std::array<double, kDealsPerStep * 2 * kBlock> phi;
  const double negligible = Negligible();
  final_bound = 1;
  block.re.resize(groups_.size());
  block.im.resize(groups_.size());
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    const EventGroup& group = groups_[i];
    const std::size_t padded = group.num_lanes_padded();
    std::vector<double>& re = block.re[i];
    std::vector<double>& im = block.im[i];
    re.assign(kBlock * padded, 1.0);
    im.assign(kBlock * padded, 0.0);
    lane_cap.assign(padded, 0.0);
    if (i == 0) {
      std::ranges::copy(quadrature_.lane_weight, lane_cap.begin());
    }
    for (std::size_t g = 0; i > 0 && g < bound.size(); ++g) {
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
      group.TransformMinusOne(begin, end, block.first_frequency, roots_, phi.data());
      MultiplyFactors(group.probability(begin), phi.data(), end - begin, padded, steps, re.data(),
                      im.data());
      double remaining = 0;
      std::erase_if(steps, [&](std::uint32_t step) {
        const double total =
            UpdateModuli(step * kLanesPerStep, padded, allowed, lane_cap, re, im, modulus);
        remaining += total;
        return total == 0;
      });
      final_bound = remaining;
      if (remaining < enough) {
        return false;
      }
    }
    for (std::size_t g = 0; i + 1 < groups_.size() && g < bound.size(); ++g) {
      double mixed = 0;
      for (std::size_t t = 0; t < num_team; ++t) {
        mixed += quadrature_.team_weight[t] * modulus[quadrature_.lane_of[g * num_team + t]];
      }
      bound[g] *= mixed;
    }
  }
  return true;
}

void NodeSpectrum::MultiplyBusiness(SpectrumBlock& block) const {
  const std::size_t num_global = quadrature_.num_global();
  block.business.assign(kBlock * num_global, 1.0);
  std::vector<double> sum_re(num_global);
  std::vector<double> sum_im(num_global);
  for (std::size_t b = 0; b < business_.size(); ++b) {
    const NewBusinessMixing& mixing = mixing_[b];
    for (std::size_t f = 0; f < kBlock; ++f) {
      std::complex<double> exponent = 0;
      for (const GridAtom& atom : severity_[b]) {
        exponent += AtomTransform(atom, block.first_frequency + f, roots_) - atom.weight;
      }
      exponent *= business_[b]->expected_count;
      // Node by node of the count, all global nodes at once: sums side by side, in one order.
      std::ranges::fill(sum_re, 0.0);
      std::ranges::fill(sum_im, 0.0);
      for (std::size_t k = 0; k < mixing.num_u(); ++k) {
        const std::complex<double> given_u = std::exp(mixing.multiplier[k] * exponent);
        AddWeighted(mixing.of(k).data(), num_global, given_u.real(), given_u.imag(), sum_re.data(),
                    sum_im.data());
      }
      for (std::size_t g = 0; g < num_global; ++g) {
        block.business[f * num_global + g] *= std::complex(sum_re[g], sum_im[g]);
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

// Of one group whose factors act through the lanes alone.
std::complex<double> NodeSpectrum::CombineOneGroup(const BlockRows& rows, std::size_t f) const {
  const double* re = rows.re[0] + f * groups_[0].num_lanes_padded();
  const double* im = rows.im[0] + f * groups_[0].num_lanes_padded();
  double sum_re = 0;
  double sum_im = 0;
  if (business_.empty()) {
    for (std::size_t lane = 0; lane < quadrature_.num_lanes(); ++lane) {
      sum_re += quadrature_.lane_weight[lane] * re[lane];
      sum_im += quadrature_.lane_weight[lane] * im[lane];
    }
    return {sum_re, sum_im};
  }
  // One factor: every global node is a lane of its own.
  const std::complex<double>* business = rows.business + f * quadrature_.num_global();
  for (std::size_t g = 0; g < quadrature_.num_global(); ++g) {
    const std::uint32_t lane = quadrature_.lane_of[g];
    const double b_re = business[g].real();
    const double b_im = business[g].imag();
    sum_re += quadrature_.global_weight[g] * (b_re * re[lane] - b_im * im[lane]);
    sum_im += quadrature_.global_weight[g] * (b_re * im[lane] + b_im * re[lane]);
  }
  return {sum_re, sum_im};
}

std::array<std::complex<double>, kBlock> NodeSpectrum::Combine(const BlockRows& rows) const {
  std::array<std::complex<double>, kBlock> total{};
  if (groups_.size() == 1 && (business_.empty() || quadrature_.num_team() == 1)) {
    for (std::size_t f = 0; f < kBlock; ++f) {
      total[f] = CombineOneGroup(rows, f);
    }
    return total;
  }
  const std::size_t num_global = quadrature_.num_global();
  std::vector<double> product(num_global * 2 * kBlock);
  for (std::size_t g = 0; g < num_global; ++g) {
    for (std::size_t f = 0; f < kBlock; ++f) {
      product[g * 2 * kBlock + f] = rows.business[f * num_global + g].real();
      product[g * 2 * kBlock + kBlock + f] = rows.business[f * num_global + g].imag();
    }
  }
  std::vector<double> by_lane(quadrature_.num_lanes() * 2 * kBlock);
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    const std::size_t padded = groups_[i].num_lanes_padded();
    for (std::size_t lane = 0; lane < quadrature_.num_lanes(); ++lane) {
      for (std::size_t f = 0; f < kBlock; ++f) {
        by_lane[lane * 2 * kBlock + f] = rows.re[i][f * padded + lane];
        by_lane[lane * 2 * kBlock + kBlock + f] = rows.im[i][f * padded + lane];
      }
    }
    MultiplyTeamMeans(by_lane.data(), quadrature_.lane_of, quadrature_.team_weight, product);
  }
  for (std::size_t g = 0; g < num_global; ++g) {
    for (std::size_t f = 0; f < kBlock; ++f) {
      total[f] += quadrature_.global_weight[g] *
                  std::complex(product[g * 2 * kBlock + f], product[g * 2 * kBlock + kBlock + f]);
    }
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
