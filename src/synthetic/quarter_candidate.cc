#include "synthetic/quarter_candidate.h"

#include <algorithm>
#include <cmath>

#include "synthetic/crm_entry.h"

namespace ri::synthetic {
namespace {

constexpr std::size_t kNodes = kShockNodes;
constexpr int kRushWeeks = 2;
/// Beyond this many deviations the interpolation is held constant: 0.2 % of the mass.
constexpr double kInterpolationReach = 3.1;

}  // namespace

ChanceTable Tabulate(const NodeValues& chances, const ShockGrid& grid, double deviation) {
  ChanceTable table(grid.num_sums());
  NodeValues log_odds{};
  for (std::size_t k = 0; k < kNodes; ++k) {
    if (chances[k] <= 0) {
      return table;
    }
    const double p = std::min(chances[k], 1 - 1e-12);
    log_odds[k] = std::log(p / (1 - p));
  }
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double z = deviation > 0 ? std::clamp(grid.Sum(i) / deviation, -kInterpolationReach,
                                                kInterpolationReach)
                                   : 0.0;
    double value = 0;
    for (std::size_t k = 0; k < kNodes; ++k) {
      double basis = 1;
      for (std::size_t j = 0; j < kNodes; ++j) {
        if (j != k) {
          basis *= (z - ShockNodes()[j]) / (ShockNodes()[k] - ShockNodes()[j]);
        }
      }
      value += basis * log_odds[k];
    }
    table[i] = static_cast<float>(1 / (1 + std::exp(-value)));
  }
  return table;
}

double EarlyShare(const QuarterNodes& nodes) {
  const std::size_t centre = kNodes / 2;
  return nodes.win[centre] > 0 ? nodes.win_early[centre] / nodes.win[centre] : 0.0;
}

double DrawRevenue(const Candidate& deal, base::RandomStream& stream) {
  const bool early = stream.Bernoulli(deal.early_share);
  const int open_weeks = std::max(0, deal.weeks_left - kRushWeeks);
  const double wait =
      early ? open_weeks * stream.Uniform() : open_weeks + kRushWeeks * stream.Uniform();
  double factor = DrawDiscountFactor(!early, stream);
  const auto changes = stream.Poisson(kRescopePerWeek * wait);
  for (std::uint64_t i = 0; i < changes; ++i) {
    factor *= DrawRescopeFactor(stream);
  }
  return deal.amount * factor;
}

ExpectedDeals::ExpectedDeals(std::size_t team, std::vector<Candidate> pool,
                             double count_per_candidate, std::size_t num_sums)
    : team_(team),
      pool_(std::move(pool)),
      count_per_candidate_(count_per_candidate),
      cumulative_(num_sums * pool_.size()) {
  for (std::size_t sum = 0; sum < num_sums; ++sum) {
    double total = 0;
    for (std::size_t i = 0; i < pool_.size(); ++i) {
      total += static_cast<double>(pool_[i].chance[sum]);
      cumulative_[sum * pool_.size() + i] = total;
    }
  }
}

const Candidate& ExpectedDeals::DrawWin(std::size_t sum, base::RandomStream& stream) const {
  const auto begin = cumulative_.begin() + static_cast<std::ptrdiff_t>(sum * pool_.size());
  const auto end = begin + static_cast<std::ptrdiff_t>(pool_.size());
  const auto at = std::upper_bound(begin, end, stream.Uniform() * *(end - 1));
  return pool_[std::min(static_cast<std::size_t>(at - begin), pool_.size() - 1)];
}

}  // namespace ri::synthetic
