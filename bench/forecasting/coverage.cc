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
// quarters to learn its correlation from, and is then forecast on the Mondays of one more, weeks 1
// to 12: what closed is booked, the chances of what is still open are the true ones given that it
// is open. What is judged is therefore the distribution: its width under a fitted correlation.

namespace ri::bench {
namespace {

using namespace forecasting;

constexpr int kHistory = 8;
constexpr int kTeams = 4;
constexpr std::size_t kDeals = 200;
constexpr int kWeeks = 13;
// Share of outcomes in the last week of the quarter; the others are spread evenly.
constexpr double kLastWeek = 0.4;

struct SimulatedDeal {
  double win = 0;  ///< in the quarter, as of its first day
  double stage_rate = 0;
  double amount = 0;
  int team = 0;
  bool won = false;
  int week = 0;  ///< 1..13 when it ends in the quarter, kWeeks + 1 when it stays open
};

struct Quarter {
  std::vector<SimulatedDeal> deals;
  double outcome = 0;
};

// Half of the deals that are not won are lost within the quarter.
constexpr double kLostInQuarter = 0.5;

double StillOpen(int week) { return 1 - (1 - kLastWeek) * (week - 1) / (kWeeks - 1.0); }

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
    SimulatedDeal deal;
    deal.stage_rate = 0.1 + 0.15 * static_cast<double>(stream.Below(4));
    const double spread = 0.9 * stream.Normal();
    deal.win = base::NormalDistribution(
        base::NormalQuantile(deal.stage_rate) * std::sqrt(1 + 0.81) + spread);
    deal.team = static_cast<int>(stream.Below(kTeams));
    const double shift =
        std::sqrt(truth.rho_global) * global + std::sqrt(truth.rho_team) * teams[deal.team];
    deal.won = stream.Bernoulli(
        base::NormalDistribution((base::NormalQuantile(deal.win) + shift) * scale));
    deal.amount = std::round(20000 * std::exp(0.8 * stream.Normal()));
    const bool ends = deal.won || stream.Bernoulli(kLostInQuarter);
    deal.week = !ends                         ? kWeeks + 1
                : stream.Bernoulli(kLastWeek) ? kWeeks
                                              : 1 + static_cast<int>(stream.Below(kWeeks - 1));
    quarter.outcome += deal.won ? deal.amount : 0;
    quarter.deals.push_back(deal);
  }
  return quarter;
}

// P(won in the quarter | still open at the start of the week).
double WinGivenOpen(const SimulatedDeal& deal, int week) {
  const double open = StillOpen(week);
  const double others = (1 - deal.win) * (kLostInQuarter * open + 1 - kLostInQuarter);
  return deal.win * open / (deal.win * open + others);
}

Cohort CohortOf(const Quarter& quarter) {
  Cohort cohort;
  for (const SimulatedDeal& deal : quarter.deals) {
    cohort.push_back({deal.win, deal.won, deal.team});
  }
  return cohort;
}

struct Scene {
  ForecastBook book;
  ForecastNode node;
  double stage_weighted = 0;
};

Scene OnMonday(const Quarter& quarter, int week) {
  Scene scene;
  scene.node.name = "total";
  for (std::size_t i = 0; i < quarter.deals.size(); ++i) {
    const SimulatedDeal& deal = quarter.deals[i];
    if (deal.week < week) {
      scene.node.booked[0] += deal.won ? deal.amount : 0;
      continue;
    }
    ForecastDeal open;
    open.id = domain::DealId(fmt::format("{:05}", i));
    open.win_this_period = WinGivenOpen(deal, week);
    open.amount = deal.amount;
    open.team = deal.team;
    SimulatedDeal typical = deal;
    typical.win = deal.stage_rate;
    scene.stage_weighted += WinGivenOpen(typical, week) * deal.amount;
    scene.node.deals.push_back(static_cast<std::uint32_t>(scene.book.deals.size()));
    scene.book.deals.push_back(std::move(open));
  }
  scene.stage_weighted += scene.node.booked[0];
  return scene;
}

std::vector<ScoredForecast> ForecastCompany(const FactorModel& truth, int company,
                                            const std::vector<int>& weeks) {
  std::vector<Cohort> cohorts;
  std::vector<Quarter> history;
  for (int k = 0; k < kHistory; ++k) {
    history.push_back(LiveThrough(truth, static_cast<std::uint64_t>(company), k));
    cohorts.push_back(CohortOf(history.back()));
  }
  const auto fit = FitCorrelation(cohorts);
  const Quarter quarter = LiveThrough(truth, static_cast<std::uint64_t>(company), kHistory);
  FactorModel fitted;
  fitted.rho_global = fit->rho_global;
  fitted.rho_team = fit->rho_team;
  ForecastOptions options;
  options.max_cells = 512;
  std::vector<ScoredForecast> forecasts;
  for (const int week : weeks) {
    const Scene scene = OnMonday(quarter, week);
    const std::pair<std::string, FactorModel> models[] = {
        {"fitted", fitted}, {"true", truth}, {"independent", {}}};
    for (const auto& [name, model] : models) {
      const auto engine = ForecastEngine::Create(scene.book, model, options);
      const auto forecast = engine->Forecast(scene.node, ForecastPeriod::kCurrent);
      forecasts.push_back(
          {name, "total", company, week, ScoreForecast(forecast->distribution, quarter.outcome)});
    }
    std::vector<double> points;
    std::vector<double> outcomes;
    for (const Quarter& past : history) {
      points.push_back(OnMonday(past, week).stage_weighted);
      outcomes.push_back(past.outcome);
    }
    forecasts.push_back({"stage-weighted", "total", company, week,
                         ScoreForecast(WithEmpiricalSpread(scene.stage_weighted, points, outcomes),
                                       quarter.outcome)});
  }
  return forecasts;
}

void PrintLines(const std::string& title, const std::vector<ScoredForecast>& forecasts) {
  for (const auto& [key, line] : SummariseBacktest(forecasts)) {
    const bool by_week = key.second > 0 && key.first == "fitted";
    if (key.second == 0 || by_week) {
      fmt::print("{:>6} {:<15} {:>5} {:>8.3f} {:>8.3f} {:>8.3f} {:>8.3f} {:>8.2f} {:>12.1f}\n",
                 title, key.first, by_week ? std::to_string(key.second) : "all", line.coverage[0],
                 line.coverage[1], line.coverage[2], line.coverage_error[1], 100 * line.bias,
                 100 * CrpsSkill(forecasts, key.first, "stage-weighted", key.second));
    }
  }
}

}  // namespace

void PrintCoverage(int num_companies, int num_threads) {
  const std::vector<int> weeks = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  fmt::print("\nSimulated company-quarters: {} per correlation, {} deals, {} quarters of history\n",
             num_companies, kDeals, kHistory);
  fmt::print("{:>6} {:<15} {:>5} {:>8} {:>8} {:>8} {:>8} {:>8} {:>12}\n", "rho", "correlation",
             "week", "cov50", "cov80", "cov90", "se80", "bias %", "CRPS skill %");
  std::vector<ScoredForecast> all;
  int company_number = 0;
  for (const double rho : {.02, .05, .10}) {
    FactorModel truth;
    truth.rho_global = rho / 2;
    truth.rho_team = rho / 2;
    std::vector<std::vector<ScoredForecast>> parts(static_cast<std::size_t>(num_companies));
    base::ParallelFor(parts.size(), 1, num_threads, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        parts[i] = ForecastCompany(truth, static_cast<int>(i), weeks);
      }
    });
    std::vector<ScoredForecast> forecasts;
    for (auto& part : parts) {
      forecasts.insert(forecasts.end(), part.begin(), part.end());
    }
    PrintLines(fmt::format("{}", rho), forecasts);
    for (ScoredForecast& forecast : forecasts) {
      forecast.quarter += company_number;
    }
    company_number += num_companies;
    all.insert(all.end(), forecasts.begin(), forecasts.end());
    std::fflush(stdout);
  }
  PrintLines("pooled", all);
}

}  // namespace ri::bench
