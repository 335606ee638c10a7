#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "base/random.h"
#include "forecasting/backtest.h"
#include "forecasting/baselines.h"
#include "forecasting/correlation_fit.h"
#include "workload.h"

// Simulated companies whose deals share factors of known strength. Each company lives through eight
// quarters to learn its correlation from, and is then forecast for one more. The probabilities are
// the true ones, so what is judged is the distribution: its width under a fitted correlation.

namespace ri::bench {
namespace {

using namespace forecasting;

constexpr int kHistory = 8;
constexpr int kTeams = 4;
constexpr std::size_t kDeals = 200;

struct Quarter {
  ForecastBook book;
  Cohort cohort;
  double outcome = 0;
  double stage_weighted = 0;
};

Quarter LiveThrough(const FactorModel& truth, std::uint64_t company, int number) {
  // Companies under different correlations are different companies.
  const auto kind = static_cast<std::uint64_t>(std::llround(1000 * truth.rho()));
  base::RandomStream stream(17 + kind, "bench-company-quarter",
                            company * 64 + static_cast<std::uint64_t>(number));
  const double global = stream.Normal();
  double teams[kTeams];
  for (double& team : teams) {
    team = stream.Normal();
  }
  Quarter quarter;
  const double scale = 1 / std::sqrt(1 - truth.rho());
  for (std::size_t i = 0; i < kDeals; ++i) {
    const double stage_rate = 0.1 + 0.15 * static_cast<double>(stream.Below(4));
    const double spread = 0.9 * stream.Normal();
    const double q =
        base::NormalDistribution(base::NormalQuantile(stage_rate) * std::sqrt(1 + 0.81) + spread);
    const auto team = static_cast<int>(stream.Below(kTeams));
    const double shift =
        std::sqrt(truth.rho_global) * global + std::sqrt(truth.rho_team) * teams[team];
    const bool won =
        stream.Bernoulli(base::NormalDistribution((base::NormalQuantile(q) + shift) * scale));
    ForecastDeal deal;
    deal.id = domain::DealId(fmt::format("{:05}", i));
    deal.win_this_period = q;
    deal.amount = std::round(20000 * std::exp(0.8 * stream.Normal()));
    deal.team = team;
    quarter.outcome += won ? deal.amount : 0;
    quarter.stage_weighted += stage_rate * deal.amount;
    quarter.cohort.push_back({q, won, team});
    quarter.book.deals.push_back(std::move(deal));
  }
  return quarter;
}

ForecastNode WholeBook(const ForecastBook& book) {
  ForecastNode node;
  node.name = "total";
  for (std::uint32_t i = 0; i < book.deals.size(); ++i) {
    node.deals.push_back(i);
  }
  return node;
}

std::vector<ScoredForecast> ForecastCompany(const FactorModel& truth, int company) {
  std::vector<Cohort> cohorts;
  std::vector<double> points;
  std::vector<double> outcomes;
  for (int k = 0; k < kHistory; ++k) {
    Quarter quarter = LiveThrough(truth, static_cast<std::uint64_t>(company), k);
    points.push_back(quarter.stage_weighted);
    outcomes.push_back(quarter.outcome);
    cohorts.push_back(std::move(quarter.cohort));
  }
  const auto fit = FitCorrelation(cohorts);
  const Quarter quarter = LiveThrough(truth, static_cast<std::uint64_t>(company), kHistory);
  const ForecastNode node = WholeBook(quarter.book);
  FactorModel fitted;
  fitted.rho_global = fit->rho_global;
  fitted.rho_team = fit->rho_team;
  ForecastOptions options;
  options.max_cells = 1024;
  std::vector<ScoredForecast> forecasts;
  const std::pair<std::string, FactorModel> models[] = {
      {"fitted", fitted}, {"true", truth}, {"independent", {}}};
  for (const auto& [name, model] : models) {
    const auto engine = ForecastEngine::Create(quarter.book, model, options);
    const auto forecast = engine->Forecast(node, ForecastPeriod::kCurrent);
    forecasts.push_back(
        {name, "total", company, 6, ScoreForecast(forecast->distribution, quarter.outcome)});
  }
  forecasts.push_back({"stage-weighted", "total", company, 6,
                       ScoreForecast(WithEmpiricalSpread(quarter.stage_weighted, points, outcomes),
                                     quarter.outcome)});
  return forecasts;
}

}  // namespace

void PrintCoverage(int num_quarters, int num_threads) {
  fmt::print("\nSimulated company-quarters: {} per correlation, {} deals, {} quarters of history\n",
             num_quarters, kDeals, kHistory);
  fmt::print("{:>6} {:<15} {:>8} {:>8} {:>8} {:>8} {:>8} {:>12}\n", "rho", "correlation", "cov50",
             "cov80", "cov90", "se80", "bias %", "CRPS skill %");
  for (const double rho : {.02, .05, .10}) {
    FactorModel truth;
    truth.rho_global = rho / 2;
    truth.rho_team = rho / 2;
    std::vector<std::vector<ScoredForecast>> parts(static_cast<std::size_t>(num_quarters));
    base::ParallelFor(parts.size(), 1, num_threads, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        parts[i] = ForecastCompany(truth, static_cast<int>(i));
      }
    });
    std::vector<ScoredForecast> forecasts;
    for (auto& part : parts) {
      forecasts.insert(forecasts.end(), part.begin(), part.end());
    }
    for (const auto& [key, line] : SummariseBacktest(forecasts)) {
      if (key.second == 0) {
        fmt::print("{:>6} {:<15} {:>8.3f} {:>8.3f} {:>8.3f} {:>8.3f} {:>8.2f} {:>12.1f}\n", rho,
                   key.first, line.coverage[0], line.coverage[1], line.coverage[2],
                   line.coverage_error[1], 100 * line.bias,
                   100 * CrpsSkill(forecasts, key.first, "stage-weighted", 0));
      }
    }
    std::fflush(stdout);
  }
}

}  // namespace ri::bench
