#include "forecasting/attribution.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <utility>

#include "base/parallel.h"
#include "base/sum.h"
#include "forecasting/deal_factor.h"
#include "forecasting/factor_kernel.h"

namespace ri::forecasting {
namespace {

using Complex = std::complex<double>;
constexpr std::size_t kBlock = kFrequenciesPerBlock;
// Blocks whose parts are summed one after the other; parts are added in order.
constexpr std::size_t kBlocksPerPart = 8;
// In cells, as in Distribution: a target counts as reached up to rounding.
constexpr double kReachedCells = 1e-3;

// Sum over the masses at grid indices below `end` (counted from the window's first) as weights on
// the half spectrum: sum_k<end p_k = sum_j Re(weight_j Phi_j).
std::vector<Complex> LowerSumWeights(const NodeSpectrum& spectrum, std::size_t end) {
  const MoneyGrid& grid = spectrum.grid();
  const auto roots = spectrum.roots();
  const std::size_t length = grid.length;
  const std::size_t mask = length - 1;
  const auto first = static_cast<std::size_t>(grid.first & static_cast<std::int64_t>(mask));
  std::vector<Complex> weights(length / 2 + 1);
  for (std::size_t j = 0; j <= length / 2; ++j) {
    // Geometric sum of exp(+2 pi i j k / length) over k = first .. first + end - 1.
    Complex sum = static_cast<double>(end);
    if (j > 0) {
      const Complex from = std::conj(roots[(j * first) & mask]);
      const Complex to = std::conj(roots[(j * ((first + end) & mask)) & mask]);
      sum = (to - from) / (std::conj(roots[j]) - 1.0);
    }
    const double folds = j == 0 || j == length / 2 ? 1 : 2;
    weights[j] = sum * folds / static_cast<double>(length);
  }
  return weights;
}

// Weight of each lane of one group in the node's transform: the node is sum_lane weight x P(lane).
void LaneWeights(const NodeSpectrum& spectrum, const BlockRows& rows, std::size_t f,
                 std::vector<std::vector<Complex>>& weights) {
  const FactorQuadrature& quadrature = spectrum.quadrature();
  const std::size_t num_groups = spectrum.groups().size();
  const std::size_t num_team = quadrature.num_team();
  std::vector<Complex> mixed(num_groups);
  std::vector<Complex> before(num_groups);
  weights.assign(num_groups, std::vector<Complex>(quadrature.num_lanes(), 0.0));
  for (std::size_t g = 0; g < quadrature.num_global(); ++g) {
    const std::uint32_t* lanes = quadrature.lane_of.data() + g * num_team;
    for (std::size_t i = 0; i < num_groups; ++i) {
      const std::size_t row = f * spectrum.groups()[i].num_lanes_padded();
      Complex sum = 0;
      for (std::size_t t = 0; t < num_team; ++t) {
        sum += quadrature.team_weight[t] *
               Complex(rows.re[i][row + lanes[t]], rows.im[i][row + lanes[t]]);
      }
      mixed[i] = sum;
    }
    Complex product = quadrature.global_weight[g] * rows.business[f * quadrature.num_global() + g];
    for (std::size_t i = 0; i < num_groups; ++i) {
      before[i] = product;
      product *= mixed[i];
    }
    Complex after = 1;
    for (std::size_t i = num_groups; i-- > 0;) {
      const Complex others = before[i] * after;
      for (std::size_t t = 0; t < num_team; ++t) {
        weights[i][lanes[t]] += quadrature.team_weight[t] * others;
      }
      after *= mixed[i];
    }
  }
}

// A deal's atoms when won, relative to its baseline, with and without the amount as a weight.
struct DealTerms {
  std::size_t group = 0;
  std::size_t slot = 0;
  std::vector<double> win;        // per lane
  std::vector<GridAtom> won;      // weights sum to 1
  std::vector<GridAtom> revenue;  // weights are probability x amount
};

// Sums over frequencies that each deal needs.
struct DealSums {
  double tail_revenue = 0;     // E[X; R <= threshold]
  double below_quota_won = 0;  // P(R < quota, won)
};

std::vector<DealTerms> TermsOf(const NodeSpectrum& spectrum) {
  const ForecastBook& book = *spectrum.prepared().book;
  std::vector<DealTerms> terms;
  for (std::size_t g = 0; g < spectrum.groups().size(); ++g) {
    const EventGroup& group = spectrum.groups()[g];
    for (std::size_t slot = 0; slot < group.size(); ++slot) {
      const std::uint32_t index = group.deals()[slot];
      const ForecastDeal& deal = book.deals[index];
      DealTerms& entry = terms.emplace_back();
      entry.group = g;
      entry.slot = slot;
      entry.win = WinProbabilities(spectrum, index);
      const double baseline = group.counts_loss(slot) ? deal.amount : 0;
      entry.won = WonAtoms(spectrum, index, baseline, std::nullopt);
      entry.revenue = entry.won;
      if (deal.amount_ratio < 0) {
        entry.revenue.front().weight *= deal.amount;
        continue;
      }
      const auto ratios = book.amount_ratios[static_cast<std::size_t>(deal.amount_ratio)].atoms();
      for (std::size_t k = 0; k < ratios.size(); ++k) {
        entry.revenue[k].weight *= deal.amount * ratios[k].ratio;
      }
    }
  }
  return terms;
}

Complex SumAtoms(std::span<const GridAtom> atoms, std::size_t j, const NodeSpectrum& spectrum) {
  Complex sum = 0;
  for (const GridAtom& atom : atoms) {
    sum += AtomTransform(atom, j, spectrum.roots());
  }
  return sum;
}

// One deal's group at one frequency.
struct LaneView {
  const double* re;
  const double* im;
  const Complex* weight;
  const double* win;
  const double* event;
  std::size_t num_lanes;
};

// sum over lanes of weight x P(lane) / factor x win: the node's transform with the deal won, before
// the transform of its amount. False when a factor is too close to zero.
bool SumWithoutDeal(const LaneView& lanes, double phi_re, double phi_im, Complex& sum) {
  double sum_re = 0;
  double sum_im = 0;
  double smallest = 1;
  for (std::size_t lane = 0; lane < lanes.num_lanes; ++lane) {
    const double factor_re = 1 + lanes.event[lane] * phi_re;
    const double factor_im = lanes.event[lane] * phi_im;
    const double norm = factor_re * factor_re + factor_im * factor_im;
    smallest = std::min(smallest, norm);
    const double scale = lanes.win[lane] / norm;
    const double rest_re = scale * (lanes.re[lane] * factor_re + lanes.im[lane] * factor_im);
    const double rest_im = scale * (lanes.im[lane] * factor_re - lanes.re[lane] * factor_im);
    const double w_re = lanes.weight[lane].real();
    const double w_im = lanes.weight[lane].imag();
    sum_re += rest_re * w_re - rest_im * w_im;
    sum_im += rest_re * w_im + rest_im * w_re;
  }
  sum = {sum_re, sum_im};
  return smallest >= kSmallestDivisor * kSmallestDivisor;
}

// Adds one block's part to every deal's sums.
void AddBlock(const NodeSpectrum& spectrum, const SpectrumBlock& block,
              std::span<const DealTerms> terms, std::span<const Complex> tail_weights,
              std::span<const Complex> quota_weights, std::span<DealSums> sums) {
  const BlockRows rows = NodeSpectrum::RowsOf(block);
  const std::size_t half = spectrum.grid().length / 2;
  std::array<std::vector<std::vector<Complex>>, kBlock> weights;
  for (std::size_t f = 0; f < kBlock; ++f) {
    LaneWeights(spectrum, rows, f, weights[f]);
  }
  std::array<double, 2 * kBlock> phi;
  std::vector<double> fresh_re;
  std::vector<double> fresh_im;
  for (std::size_t d = 0; d < terms.size(); ++d) {
    const DealTerms& deal = terms[d];
    const EventGroup& group = spectrum.groups()[deal.group];
    group.TransformMinusOne(deal.slot, deal.slot + 1, block.first_frequency, spectrum.roots(),
                            phi.data());
    bool multiplied = false;
    for (std::size_t f = 0; f < kBlock && block.first_frequency + f <= half; ++f) {
      const std::size_t j = block.first_frequency + f;
      const std::size_t row = f * group.num_lanes_padded();
      LaneView lanes{rows.re[deal.group] + row,     rows.im[deal.group] + row,
                     weights[f][deal.group].data(), deal.win.data(),
                     group.probability(deal.slot),  spectrum.quadrature().num_lanes()};
      Complex rest;
      if (!SumWithoutDeal(lanes, phi[f], phi[kBlock + f], rest)) {
        if (!multiplied) {
          GroupWithout(spectrum, deal.group, deal.slot, block.first_frequency, fresh_re, fresh_im);
          multiplied = true;
        }
        lanes.re = fresh_re.data() + row;
        lanes.im = fresh_im.data() + row;
        SumWithoutDeal(lanes, 0, 0, rest);
      }
      sums[d].tail_revenue += (tail_weights[j] * rest * SumAtoms(deal.revenue, j, spectrum)).real();
      if (!quota_weights.empty()) {
        sums[d].below_quota_won +=
            (quota_weights[j] * rest * SumAtoms(deal.won, j, spectrum)).real();
      }
    }
  }
}

struct Moments {
  double variance = 0;
  std::vector<double> covariance;  // with R, per deal in the order of the terms
};

// Covariances in closed form over the lanes: given the factors deals are independent.
Moments CovariancesOf(const NodeSpectrum& spectrum, std::span<const DealTerms> terms) {
  const FactorQuadrature& quadrature = spectrum.quadrature();
  const ForecastBook& book = *spectrum.prepared().book;
  const std::size_t num_team = quadrature.num_team();
  const std::size_t num_global = quadrature.num_global();
  const auto groups = spectrum.groups();
  std::vector<double> business_mean(num_global, 0.0);
  std::vector<double> business_second(num_global, 0.0);  // variance given the node
  for (std::size_t b = 0; b < spectrum.business().size(); ++b) {
    const NewBusiness& unit = *spectrum.business()[b];
    const NewBusinessMixing& mixing = spectrum.mixing()[b];
    const double severity = SeverityMean(unit);
    for (std::size_t g = 0; g < num_global; ++g) {
      double first = 0;
      double second = 0;
      for (std::size_t k = 0; k < mixing.num_u(); ++k) {
        first += mixing.given(g)[k] * mixing.multiplier[k];
        second += mixing.given(g)[k] * mixing.multiplier[k] * mixing.multiplier[k];
      }
      const double count = unit.expected_count;
      business_mean[g] += count * first * severity;
      business_second[g] += count * first * SeveritySecondMoment(unit) +
                            count * count * severity * severity * (second - first * first);
    }
  }
  // Means of each group per global node, then of everything.
  std::vector<std::vector<double>> group_mean(groups.size(), std::vector<double>(num_global));
  std::vector<double> total_mean = business_mean;
  base::CompensatedSum variance;
  base::CompensatedSum mean;
  for (std::size_t g = 0; g < num_global; ++g) {
    double inner = business_second[g];
    for (std::size_t i = 0; i < groups.size(); ++i) {
      const GroupMoments& moments = groups[i].moments();
      double first = 0;
      double second = 0;
      for (std::size_t t = 0; t < num_team; ++t) {
        const std::uint32_t lane = quadrature.lane_of[g * num_team + t];
        const double m = moments.mean[lane];
        first += quadrature.team_weight[t] * m;
        second += quadrature.team_weight[t] * (moments.variance[lane] + m * m);
      }
      group_mean[i][g] = first;
      total_mean[g] += first;
      inner += second - first * first;
    }
    variance.Add(quadrature.global_weight[g] * inner);
    mean.Add(quadrature.global_weight[g] * total_mean[g]);
  }
  for (std::size_t g = 0; g < num_global; ++g) {
    const double distance = total_mean[g] - mean.value();
    variance.Add(quadrature.global_weight[g] * distance * distance);
  }
  Moments result;
  result.variance = variance.value();
  // E[R - E R | lane] of each group, weighted by the lane's probability.
  std::vector<std::vector<double>> excess(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    excess[i].assign(quadrature.num_lanes(), 0.0);
    for (std::size_t g = 0; g < num_global; ++g) {
      const double others = total_mean[g] - group_mean[i][g] - mean.value();
      for (std::size_t t = 0; t < num_team; ++t) {
        const std::uint32_t lane = quadrature.lane_of[g * num_team + t];
        excess[i][lane] += quadrature.global_weight[g] * quadrature.team_weight[t] *
                           (others + groups[i].moments().mean[lane]);
      }
    }
  }
  for (const DealTerms& deal : terms) {
    const ForecastDeal& entry = book.deals[groups[deal.group].deals()[deal.slot]];
    double amount = entry.amount;
    double second = entry.amount * entry.amount;
    if (entry.amount_ratio >= 0) {
      const AmountRatio& ratio = book.amount_ratios[static_cast<std::size_t>(entry.amount_ratio)];
      amount *= ratio.mean();
      second *= ratio.second_moment();
    }
    base::CompensatedSum covariance;
    for (std::size_t lane = 0; lane < quadrature.num_lanes(); ++lane) {
      const double m = deal.win[lane] * amount;
      covariance.Add(m * excess[deal.group][lane]);
      covariance.Add(quadrature.lane_weight[lane] * (deal.win[lane] * second - m * m));
    }
    result.covariance.push_back(covariance.value());
  }
  return result;
}

double MeanOf(const DealTerms& deal, const FactorQuadrature& quadrature) {
  double amount = 0;
  for (const GridAtom& atom : deal.revenue) {
    amount += atom.weight;
  }
  double probability = 0;
  for (std::size_t lane = 0; lane < deal.win.size(); ++lane) {
    probability += quadrature.lane_weight[lane] * deal.win[lane];
  }
  return probability * amount;
}

}  // namespace

Result<RiskAttribution> AttributeRisk(const NodeSpectrum& spectrum,
                                      const AttributionOptions& options) {
  if (!(options.tail > 0 && options.tail < 1)) {
    return Fail(ErrorCode::kUsage, "The tail of a risk attribution must be between 0 and 1.");
  }
  const Distribution& law = spectrum.distribution();
  RiskAttribution result;
  result.tail_threshold = law.Quantile(options.tail);
  result.tail_probability = law.Cdf(result.tail_threshold);
  result.tail_mean = law.LowerTailMean(options.tail);
  result.new_business_mean = spectrum.new_business_mean();
  result.quota_probability = options.quota.has_value() ? law.ProbabilityAtLeast(*options.quota) : 0;
  result.booked = spectrum.booked();
  if (spectrum.blocks().empty()) {
    result.booked = spectrum.booked() + spectrum.open_mean();
    return result;
  }
  // Window positions: the law may have lost empty cells at its beginning.
  const MoneyGrid& grid = spectrum.grid();
  const double window_begin = spectrum.base_revenue() + grid.cell * static_cast<double>(grid.first);
  const auto cells_below = [&](double value) {
    const double cells = std::ceil((value - window_begin) / grid.cell - kReachedCells);
    return static_cast<std::size_t>(std::clamp(cells, 0.0, static_cast<double>(grid.length)));
  };
  const std::vector<Complex> tail_weights =
      LowerSumWeights(spectrum, cells_below(result.tail_threshold + 0.5 * grid.cell));
  std::vector<Complex> quota_weights;
  if (options.quota.has_value()) {
    quota_weights = LowerSumWeights(spectrum, cells_below(*options.quota));
  }
  const std::vector<DealTerms> terms = TermsOf(spectrum);
  const auto blocks = spectrum.blocks();
  const std::size_t num_parts = (blocks.size() + kBlocksPerPart - 1) / kBlocksPerPart;
  std::vector<std::vector<DealSums>> parts(num_parts, std::vector<DealSums>(terms.size()));
  base::ParallelFor(num_parts, 1, options.num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t part = begin; part < end; ++part) {
      const std::size_t last = std::min(blocks.size(), (part + 1) * kBlocksPerPart);
      for (std::size_t b = part * kBlocksPerPart; b < last; ++b) {
        AddBlock(spectrum, *blocks[b], terms, tail_weights, quota_weights, parts[part]);
      }
    }
  });
  const Moments moments = CovariancesOf(spectrum, terms);
  result.variance = moments.variance;
  base::CompensatedSum shares;
  base::CompensatedSum downside;
  base::CompensatedSum open;
  for (std::size_t d = 0; d < terms.size(); ++d) {
    DealSums sums;
    for (const auto& part : parts) {
      sums.tail_revenue += part[d].tail_revenue;
      sums.below_quota_won += part[d].below_quota_won;
    }
    DealRisk& risk = result.deals.emplace_back();
    risk.deal = spectrum.groups()[terms[d].group].deals()[terms[d].slot];
    risk.mean = MeanOf(terms[d], spectrum.quadrature());
    risk.variance_share = moments.covariance[d] / moments.variance;
    risk.downside_mean = sums.tail_revenue / result.tail_probability;
    const double q = spectrum.prepared().book->deals[risk.deal].win_probability(spectrum.period());
    if (options.quota.has_value() && q < 1) {
      const double below = 1 - result.quota_probability;
      risk.quota_if_won = 1 - std::clamp(sums.below_quota_won / q, 0.0, 1.0);
      risk.quota_if_not = 1 - std::clamp((below - sums.below_quota_won) / (1 - q), 0.0, 1.0);
    }
    shares.Add(risk.variance_share);
    downside.Add(risk.downside_mean);
    open.Add(risk.mean);
  }
  // Deals that are certain are as good as booked.
  result.booked += spectrum.open_mean() - open.value();
  result.new_business_variance_share = spectrum.business().empty() ? 0 : 1 - shares.value();
  result.new_business_downside_mean =
      spectrum.business().empty() ? 0 : result.tail_mean - result.booked - downside.value();
  std::ranges::sort(result.deals, {}, &DealRisk::deal);
  return result;
}

std::vector<DealRisk> MakeOrBreak(const RiskAttribution& attribution, std::size_t count) {
  std::vector<DealRisk> deals = attribution.deals;
  std::ranges::stable_sort(deals, [](const DealRisk& a, const DealRisk& b) {
    return std::fabs(a.swing()) > std::fabs(b.swing());
  });
  deals.resize(std::min(count, deals.size()));
  return deals;
}

std::vector<std::uint32_t> DominantDeals(const ForecastBook& book, const ForecastNode& node,
                                         ForecastPeriod period, double median, double share) {
  std::vector<std::uint32_t> dominant;
  for (const std::uint32_t index : node.deals) {
    const double q = book.deals[index].win_probability(period);
    if (q > 0 && q < 1 && book.deals[index].amount > share * median) {
      dominant.push_back(index);
    }
  }
  return dominant;
}

}  // namespace ri::forecasting
