#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "forecasting/backtest.h"
#include "forecasting/baselines.h"
#include "forecasting/correlation_fit.h"
#include "simulated_company.h"
#include "workload.h"

// Simulated companies whose deals share factors of known strength. Each company lives through eight
// quarters to learn its correlation from, and is then forecast on the Mondays of one more, weeks 1
// to 12: what closed is booked, the chances of what is still open are the true ones given that it
// is open. What is judged is therefore the distribution: its width under a fitted correlation.

namespace ri::bench {
namespace {

using namespace forecasting;

constexpr int kHistory = 8;

struct Scene {
  ForecastBook book;
  ForecastNode node;
  double stage_weighted = 0;
};

Scene OnMonday(const SimulatedQuarter& quarter, int week) {
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
  std::vector<SimulatedQuarter> history;
  for (int k = 0; k < kHistory; ++k) {
    history.push_back(LiveThrough(truth, static_cast<std::uint64_t>(company), k));
    cohorts.push_back(PublishedCohort(history.back()));
  }
  const auto fit = FitCorrelation(cohorts);
  const SimulatedQuarter quarter =
      LiveThrough(truth, static_cast<std::uint64_t>(company), kHistory);
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
    for (const SimulatedQuarter& past : history) {
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
             num_companies, kSimulatedDeals, kHistory);
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
