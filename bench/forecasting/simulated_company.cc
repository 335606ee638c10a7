#include "simulated_company.h"

#include <cmath>

#include "base/random.h"

namespace ri::bench {

using namespace forecasting;

namespace {

// Share of outcomes in the last week of the quarter; the others are spread evenly.
constexpr double kLastWeek = 0.4;

// Half of the deals that are not won are lost within the quarter.
constexpr double kLostInQuarter = 0.5;

double StillOpen(int week) { return 1 - (1 - kLastWeek) * (week - 1) / (kSimulatedWeeks - 1.0); }

}  // namespace

SimulatedQuarter LiveThrough(const FactorModel& truth, std::uint64_t company, int number) {
  // Companies under different correlations are different companies.
  const auto kind = static_cast<std::uint64_t>(std::llround(1000 * truth.rho()));
  base::RandomStream stream(17 + kind, "bench-company-quarter",
                            company * 64 + static_cast<std::uint64_t>(number));
  const double global = stream.Normal();
  double teams[kSimulatedTeams];
  for (double& team : teams) {
    team = stream.Normal();
  }
  SimulatedQuarter quarter;
  const double scale = 1 / std::sqrt(1 - truth.rho());
  for (std::size_t i = 0; i < kSimulatedDeals; ++i) {
    SimulatedDeal deal;
    deal.stage_rate = 0.1 + 0.15 * static_cast<double>(stream.Below(4));
    const double spread = 0.9 * stream.Normal();
    deal.win = base::NormalDistribution(
        base::NormalQuantile(deal.stage_rate) * std::sqrt(1 + 0.81) + spread);
    deal.team = static_cast<int>(stream.Below(kSimulatedTeams));
    const double shift =
        std::sqrt(truth.rho_global) * global + std::sqrt(truth.rho_team) * teams[deal.team];
    deal.won = stream.Bernoulli(
        base::NormalDistribution((base::NormalQuantile(deal.win) + shift) * scale));
    deal.amount = std::round(20000 * std::exp(0.8 * stream.Normal()));
    const bool ends = deal.won || stream.Bernoulli(kLostInQuarter);
    deal.week = !ends ? kSimulatedWeeks + 1
                : stream.Bernoulli(kLastWeek)
                    ? kSimulatedWeeks
                    : 1 + static_cast<int>(stream.Below(kSimulatedWeeks - 1));
    quarter.outcome += deal.won ? deal.amount : 0;
    quarter.deals.push_back(deal);
  }
  return quarter;
}

double WinGivenOpen(const SimulatedDeal& deal, int week) {
  const double open = StillOpen(week);
  const double others = (1 - deal.win) * (kLostInQuarter * open + 1 - kLostInQuarter);
  return deal.win * open / (deal.win * open + others);
}

Cohort PublishedCohort(const SimulatedQuarter& quarter, double level, double slope) {
  Cohort cohort;
  for (const SimulatedDeal& deal : quarter.deals) {
    const double published =
        level == 0 && slope == 1
            ? deal.win
            : base::NormalDistribution((base::NormalQuantile(deal.win) - level) / slope);
    cohort.push_back({published, deal.won, deal.team});
  }
  return cohort;
}

}  // namespace ri::bench
