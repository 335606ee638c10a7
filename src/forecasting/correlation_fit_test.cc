#include "forecasting/correlation_fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "base/random.h"

namespace ri::forecasting {
namespace {

std::vector<Cohort> Simulated(std::size_t num_cohorts, std::size_t num_deals, int num_teams,
                              const FactorModel& model, std::uint64_t seed) {
  std::vector<Cohort> cohorts;
  const double scale = 1 / std::sqrt(1 - model.rho());
  for (std::size_t c = 0; c < num_cohorts; ++c) {
    base::RandomStream stream(seed, "cohort-test", c);
    const double global = stream.Normal();
    std::vector<double> teams;
    for (int t = 0; t < num_teams; ++t) {
      teams.push_back(stream.Normal());
    }
    Cohort& cohort = cohorts.emplace_back();
    for (std::size_t i = 0; i < num_deals; ++i) {
      const double q = 0.05 + 0.7 * stream.Uniform();
      const auto team = stream.Below(static_cast<std::uint64_t>(num_teams));
      const double shift =
          std::sqrt(model.rho_global) * global + std::sqrt(model.rho_team) * teams[team];
      const double given = base::NormalDistribution((base::NormalQuantile(q) + shift) * scale);
      cohort.push_back({q, stream.Bernoulli(given), static_cast<int>(team)});
    }
  }
  return cohorts;
}

TEST(CorrelationFit, NoHistoryGivesThePriorMedian) {
  const auto fit = FitCorrelation({});
  ASSERT_TRUE(fit.has_value());
  EXPECT_NEAR(fit->rho_global, .02, 5e-4);
  EXPECT_NEAR(fit->rho_team, .02, 5e-4);
  // Curvature of the prior along ln rho_global: 1 / .5^2 from the ratio, (1/2)^2 / 2^2 from the
  // sum.
  EXPECT_NEAR(fit->global_log_deviation, 1 / std::sqrt(4.0625), 2e-3) << "the prior's own width";
}

TEST(CorrelationFit, FindsTheTruthFromManyQuarters) {
  // The curvature states the error of each ln rho; the bounds are 4 of these on the
  // logarithm, a false alarm once in 15,800 seeds, and the seed is fixed.
  const auto fit = FitCorrelation(Simulated(50, 100, 5, {.08, .04}, 3));
  ASSERT_TRUE(fit.has_value());
  EXPECT_NEAR(std::log(fit->rho_global / .08), 0, 4 * fit->global_log_deviation);
  EXPECT_NEAR(std::log(fit->rho_team / .04), 0, 4 * fit->team_log_deviation);
  EXPECT_LT(fit->global_log_deviation, .4);
}

TEST(CorrelationFit, IndependentOutcomesGiveSmallValuesInsideTheBounds) {
  const auto fit = FitCorrelation(Simulated(30, 120, 4, {0, 0}, 8));
  EXPECT_LT(fit->rho_global + fit->rho_team, .02);
  EXPECT_GE(fit->rho_global + fit->rho_team, .005 * (1 - 1e-9));
}

TEST(CorrelationFit, LikelihoodOfTwoDealsIsTheBivariateNormal) {
  const double p = base::NormalQuantile(.3);
  const std::vector<Cohort> both{{{.3, true, 1}, {.3, true, 1}}};
  EXPECT_NEAR(std::exp(CohortLogLikelihood(both, {.1, .1})), BivariateNormal(p, p, .2), 1e-8);
  const std::vector<Cohort> apart{{{.3, true, 1}, {.3, false, 2}, {1, true, 2}}};
  EXPECT_NEAR(std::exp(CohortLogLikelihood(apart, {.1, .1})), .3 - BivariateNormal(p, p, .1), 1e-8);
}

TEST(CorrelationFit, TheIndicatorCorrelationTable) {
  const double latent[] = {.02, .05, .10, .20};
  const double outcome[] = {.0115, .0290, .0584, .1188};
  for (int k = 0; k < 4; ++k) {
    EXPECT_NEAR(OutcomeCorrelation(.3, .3, latent[k]), outcome[k], 5e-5);
  }
}

TEST(CorrelationFit, ThreadsDoNotChangeTheResult) {
  const auto cohorts = Simulated(6, 60, 3, {.05, .05}, 4);
  CorrelationOptions three;
  three.num_threads = 3;
  const auto one = FitCorrelation(cohorts);
  const auto many = FitCorrelation(cohorts, three);
  EXPECT_EQ(one->rho_global, many->rho_global);
  EXPECT_EQ(one->rho_team, many->rho_team);
}

TEST(CorrelationFit, RefusesImpossibleProbabilities) {
  EXPECT_FALSE(FitCorrelation(std::vector<Cohort>{{{1.2, true, 0}}}).has_value());
}

}  // namespace
}  // namespace ri::forecasting
