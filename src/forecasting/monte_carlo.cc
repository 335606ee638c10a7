#include "forecasting/monte_carlo.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <map>
#include <span>
#include <string>

#include "base/parallel.h"
#include "base/random.h"

namespace ri::forecasting {
namespace {

using base::NormalDistribution;
using base::RandomStream;

constexpr std::size_t kDealsPerBlock = 64;

// One factor on every path, in this period and the next.
struct FactorPaths {
  std::vector<double> current;
  std::vector<double> next;
};

FactorPaths DrawFactor(std::uint64_t seed, std::uint64_t entity, double period_correlation,
                       std::size_t num_paths) {
  RandomStream stream(seed, "forecast-factor", entity);
  FactorPaths paths;
  paths.current.resize(num_paths);
  paths.next.resize(num_paths);
  const double residual = std::sqrt(1 - period_correlation * period_correlation);
  for (std::size_t k = 0; k < num_paths; ++k) {
    paths.current[k] = stream.Normal();
    paths.next[k] = period_correlation * paths.current[k] + residual * stream.Normal();
  }
  return paths;
}

template <typename Atoms, typename Value>
double Pick(const Atoms& atoms, double uniform, const Value& value) {
  double cumulative = 0;
  for (const auto& atom : atoms) {
    cumulative += atom.probability;
    if (uniform < cumulative) {
      return value(atom);
    }
  }
  return value(atoms.back());
}

struct World {
  const ForecastBook* book;
  FactorModel model;
  std::uint64_t seed;
  FactorPaths global;
  std::map<int, FactorPaths> teams;
};

void AddDeal(const World& world, const ForecastDeal& deal, SimulatedRevenue& revenue) {
  const FactorModel& model = world.model;
  const DealThresholds thresholds = ThresholdsOf(deal, model);
  const double scale = 1 / std::sqrt(1 - model.rho());
  const double global_loading = std::sqrt(model.rho_global);
  const double team_loading = std::sqrt(model.rho_team);
  const FactorPaths& team = world.teams.at(deal.team);
  RandomStream stream(world.seed, "forecast-deal", base::HashText(deal.id.text()));
  for (std::size_t k = 0; k < revenue.current.size(); ++k) {
    const double outcome = stream.Uniform();
    const double later = stream.Uniform();
    const double amount_draw = deal.amount_ratio < 0 ? 0.0 : stream.Uniform();
    double amount = deal.amount;
    if (deal.amount_ratio >= 0) {
      const auto atoms =
          world.book->amount_ratios[static_cast<std::size_t>(deal.amount_ratio)].atoms();
      amount *= Pick(atoms, amount_draw, [](const RatioAtom& atom) { return atom.ratio; });
    }
    const double shift = global_loading * world.global.current[k] + team_loading * team.current[k];
    if (outcome < NormalDistribution((thresholds.current + shift) * scale)) {
      revenue.current[k] += amount;
      continue;
    }
    const double next_shift = global_loading * world.global.next[k] + team_loading * team.next[k];
    if (later < NormalDistribution((thresholds.next + next_shift) * scale)) {
      revenue.next[k] += amount;
    }
  }
}

void AddNewBusiness(const World& world, const NewBusiness& unit, std::uint64_t entity,
                    std::span<const double> factor, std::span<double> revenue) {
  if (unit.expected_count <= 0) {
    return;
  }
  const double c = world.model.rho_global > 0 ? world.model.new_business_correlation : 0.0;
  const double residual = std::sqrt(1 - c * c);
  RandomStream stream(world.seed, "forecast-new-business", entity);
  for (std::size_t k = 0; k < revenue.size(); ++k) {
    const double rank = NormalDistribution(c * factor[k] + residual * stream.Normal());
    const double multiplier =
        std::isfinite(unit.size) ? boost::math::gamma_p_inv(unit.size, rank) / unit.size : 1.0;
    const std::uint64_t count = stream.Poisson(unit.expected_count * multiplier);
    for (std::uint64_t n = 0; n < count; ++n) {
      revenue[k] += Pick(unit.severity, stream.Uniform(),
                         [](const SeverityAtom& atom) { return atom.amount; });
    }
  }
}

void Add(const SimulatedRevenue& part, SimulatedRevenue& total) {
  for (std::size_t k = 0; k < total.current.size(); ++k) {
    total.current[k] += part.current[k];
    total.next[k] += part.next[k];
  }
}

}  // namespace

Result<SimulatedRevenue> Simulate(const ForecastEngine& engine, const ForecastNode& node,
                                  const SimulationOptions& options) {
  const ForecastBook& book = engine.book();
  RI_RETURN_IF_ERROR(Validate(node, book));
  if (options.num_paths == 0) {
    return Fail(ErrorCode::kUsage, "A simulation needs at least one path.");
  }
  const std::size_t num_paths = options.num_paths;
  World world{&book, engine.model(), options.seed, {}, {}};
  const double correlation = world.model.period_correlation;
  world.global = DrawFactor(options.seed, base::HashText("company"), correlation, num_paths);
  for (const std::uint32_t index : node.deals) {
    const int team = book.deals[index].team;
    if (!world.teams.contains(team)) {
      const std::uint64_t entity = base::HashText("team " + std::to_string(team));
      world.teams[team] = DrawFactor(options.seed, entity, correlation, num_paths);
    }
  }
  SimulatedRevenue total{std::vector<double>(num_paths, node.booked[0]),
                         std::vector<double>(num_paths, node.booked[1])};
  // Blocks of deals are simulated side by side and added in order.
  const std::size_t num_blocks = (node.deals.size() + kDealsPerBlock - 1) / kDealsPerBlock;
  const auto width = static_cast<std::size_t>(std::max(1, options.num_threads));
  std::vector<SimulatedRevenue> parts(std::min(width, num_blocks));
  for (std::size_t wave = 0; wave < num_blocks; wave += width) {
    const std::size_t count = std::min(width, num_blocks - wave);
    base::ParallelFor(count, 1, options.num_threads, [&](std::size_t begin, std::size_t end) {
      for (std::size_t b = begin; b < end; ++b) {
        parts[b].current.assign(num_paths, 0.0);
        parts[b].next.assign(num_paths, 0.0);
        const std::size_t first = (wave + b) * kDealsPerBlock;
        const std::size_t last = std::min(node.deals.size(), first + kDealsPerBlock);
        for (std::size_t i = first; i < last; ++i) {
          AddDeal(world, book.deals[node.deals[i]], parts[b]);
        }
      }
    });
    for (std::size_t b = 0; b < count; ++b) {
      Add(parts[b], total);
    }
  }
  for (const ForecastPeriod period : {ForecastPeriod::kCurrent, ForecastPeriod::kNext}) {
    const bool current = period == ForecastPeriod::kCurrent;
    for (const std::uint32_t index : node.new_business[static_cast<std::size_t>(period)]) {
      AddNewBusiness(world, book.new_business[index], 2 * std::uint64_t{index} + (current ? 0 : 1),
                     current ? world.global.current : world.global.next,
                     current ? total.current : total.next);
    }
  }
  return total;
}

}  // namespace ri::forecasting
