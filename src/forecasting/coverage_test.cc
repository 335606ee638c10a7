// The short form of the campaign in bench/forecasting: simulated companies that learn their
// correlation from eight quarters and are then forecast for one more. Instead of one outcome per
// company, which would need hundreds of companies, the interval is judged by the mass that the true
// law gives it.

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "base/random.h"
#include "forecasting/correlation_fit.h"
#include "forecasting/forecast_engine.h"

namespace ri::forecasting {
namespace {

constexpr int kHistory = 8;
constexpr int kTeams = 4;
constexpr int kCompanies = 5;
constexpr std::size_t kDeals = 100;

struct Quarter {
  ForecastBook book;
  Cohort cohort;
};

Quarter LiveThrough(const FactorModel& truth, std::uint64_t id) {
  base::RandomStream stream(11, "coverage-test", id);
  const double global = stream.Normal();
  double teams[kTeams];
  for (double& team : teams) {
    team = stream.Normal();
  }
  Quarter quarter;
  for (std::size_t i = 0; i < kDeals; ++i) {
    ForecastDeal deal;
    deal.id = domain::DealId(std::to_string(1000 + i));
    deal.win_this_period = 0.05 + 0.6 * stream.Uniform();
    deal.amount = std::round(20000 * std::exp(0.6 * stream.Normal()));
    deal.team = static_cast<int>(stream.Below(kTeams));
    const double shift =
        std::sqrt(truth.rho_global) * global + std::sqrt(truth.rho_team) * teams[deal.team];
    const double given = base::NormalDistribution(
        (base::NormalQuantile(deal.win_this_period) + shift) / std::sqrt(1 - truth.rho()));
    quarter.cohort.push_back({deal.win_this_period, stream.Bernoulli(given), deal.team});
    quarter.book.deals.push_back(std::move(deal));
  }
  return quarter;
}

Distribution LawOf(const Quarter& quarter, const FactorModel& model) {
  ForecastNode node;
  node.name = "total";
  for (std::uint32_t i = 0; i < kDeals; ++i) {
    node.deals.push_back(i);
  }
  const auto engine = ForecastEngine::Create(quarter.book, model, {.max_cells = 512});
  return engine->Forecast(node, ForecastPeriod::kCurrent)->distribution;
}

double TrueMass(const Distribution& law, const Distribution& truth) {
  return truth.Cdf(law.Quantile(.9)) - truth.CdfBelow(law.Quantile(.1));
}

// The mass of one company's 80 % interval has a standard deviation of about .07 with a fitted
// correlation, so the mean of 15 companies is within .08 of its expectation of about .79 in all but
// one of 100,000 seeds; the seed is fixed.
TEST(Coverage, EightyPercentIntervalsHoldWithALearnedCorrelationAndNotWithout) {
  double fitted = 0;
  double independent = 0;
  std::uint64_t id = 0;
  for (const double rho : {.02, .05, .10}) {
    FactorModel truth;
    truth.rho_global = rho / 2;
    truth.rho_team = rho / 2;
    for (int company = 0; company < kCompanies; ++company) {
      std::vector<Cohort> cohorts;
      for (int k = 0; k < kHistory; ++k) {
        cohorts.push_back(LiveThrough(truth, id++).cohort);
      }
      const Quarter quarter = LiveThrough(truth, id++);
      const auto fit = FitCorrelation(cohorts);
      ASSERT_TRUE(fit.has_value());
      FactorModel model;
      model.rho_global = fit->rho_global;
      model.rho_team = fit->rho_team;
      const Distribution law = LawOf(quarter, truth);
      fitted += TrueMass(LawOf(quarter, model), law) / (3 * kCompanies);
      independent += TrueMass(LawOf(quarter, {}), law) / (3 * kCompanies);
    }
  }
  EXPECT_GT(fitted, .71);
  EXPECT_LT(fitted, .87);
  EXPECT_LT(independent, .70);
  EXPECT_LT(std::fabs(fitted - .8), std::fabs(independent - .8));
}

}  // namespace
}  // namespace ri::forecasting
