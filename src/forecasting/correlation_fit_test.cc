#include "forecasting/correlation_fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

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

// The same deals with chances whose probits are divided by the slope: too flat when it exceeds 1.
std::vector<Cohort> Flattened(std::vector<Cohort> cohorts, double slope) {
  for (Cohort& cohort : cohorts) {
    for (CohortDeal& deal : cohort) {
      deal.win_probability =
          base::NormalDistribution(base::NormalQuantile(deal.win_probability) / slope);
    }
  }
  return cohorts;
}

double Sum(const CorrelationFit& fit) { return fit.rho_global + fit.rho_team; }

TEST(CorrelationFit, NoHistoryGivesThePrior) {
  const auto fit = FitCorrelation({});
  ASSERT_TRUE(fit.has_value());
  // The mean of the truncated lognormal prior, from its closed form.
  const CorrelationOptions options;
  const double mu = std::log(options.prior_median);
  const double s = options.prior_log_deviation;
  const auto below = [&](double x, double shift) {
    return base::NormalDistribution((std::log(x) - mu) / s - shift);
  };
  const double mean = std::exp(mu + s * s / 2) *
                      (below(options.largest, s) - below(options.smallest, s)) /
                      (below(options.largest, 0) - below(options.smallest, 0));
  EXPECT_NEAR(Sum(*fit), mean, .01 * mean);
  EXPECT_NEAR(fit->rho_global, fit->rho_team, 1e-12);
  EXPECT_LT(fit->rho_low, options.prior_median);
  EXPECT_GT(fit->rho_high, options.prior_median);
}

// A model looking back at deals it has learned from gives chances that were too flat. A likelihood
// that takes them as given answers with the largest correlation there is.
TEST(CorrelationFit, ChancesThatWereTooFlatAreNotTakenForCorrelation) {
  const auto cohorts = Simulated(12, 150, 3, {.01, .01}, 21);
  const auto fair = FitCorrelation(cohorts);
  for (const double slope : {.8, 1.4}) {
    const auto distorted = Flattened(cohorts, slope);
    const auto fit = FitCorrelation(distorted);
    EXPECT_NEAR(std::log(Sum(*fit) / Sum(*fair)), 0, .1) << slope;
    EXPECT_NEAR(fit->sharpness, slope * fair->sharpness, .1) << slope;
  }
  const auto gain = [](const std::vector<Cohort>& deals) {
    return CohortLogLikelihood(deals, {.06, .06}) - CohortLogLikelihood(deals, {.01, .01});
  };
  EXPECT_GT(gain(Flattened(cohorts, 1.4)), gain(cohorts) + 3)
      << "the likelihood alone is misled: e^3 for the larger correlation";
}

// Against a plain sum over a fine lattice of correlations and levels.
TEST(CorrelationFit, TheLevelOfTheChancesIsIntegratedOver) {
  std::vector<Cohort> cohorts = Simulated(5, 40, 2, {.06, .03}, 5);
  CorrelationOptions options;
  options.sharpness_deviation = 1e-4;
  const auto fit = FitCorrelation(cohorts, options);
  double mean = 0;
  double total = 0;
  constexpr int kSums = 24;
  constexpr int kSplits = 9;
  for (double level = -.75; level < .76; level += .1) {
    std::vector<Cohort> moved = cohorts;
    for (Cohort& cohort : moved) {
      for (CohortDeal& deal : cohort) {
        deal.win_probability =
            base::NormalDistribution(base::NormalQuantile(deal.win_probability) + level);
      }
    }
    for (int a = 0; a < kSums; ++a) {
      const double low = std::log(options.smallest);
      const double log_sum = low + (std::log(options.largest) - low) * (a + .5) / kSums;
      for (int b = 0; b < kSplits; ++b) {
        const double split = 3 * (2 * (b + .5) / kSplits - 1);
        const double share = 1 / (1 + std::exp(-split * options.split_log_deviation));
        const double rho = std::exp(log_sum);
        const double z = (log_sum - std::log(options.prior_median)) / options.prior_log_deviation;
        const double x = level / options.level_deviation;
        const double weight =
            std::exp(CohortLogLikelihood(moved, {share * rho, (1 - share) * rho}) + 120 -
                     .5 * (z * z + split * split + x * x));
        mean += weight * rho;
        total += weight;
      }
    }
  }
  ASSERT_GT(total, 0);
  EXPECT_NEAR(Sum(*fit), mean / total, .03 * mean / total);
}

// One Monday later a twentieth of the deals of every past quarter has left the snapshots. The bound
// is that of the sampling error of as many deals, with a margin; the seeds are fixed.
TEST(CorrelationFit, OneMoreWeekMovesTheEstimateLittle) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    std::vector<Cohort> cohorts = Flattened(Simulated(10, 120, 3, {.02, .02}, seed), 1.4);
    base::RandomStream stream(seed, "leaving-deals");
    double before = Sum(*FitCorrelation(cohorts));
    const double first = before;
    for (int week = 1; week < 10; ++week) {
      for (Cohort& cohort : cohorts) {
        std::erase_if(cohort, [&](const CohortDeal&) { return stream.Bernoulli(.05); });
      }
      const double now = Sum(*FitCorrelation(cohorts));
      EXPECT_LT(std::fabs(std::log(now / before)), .35) << seed << " week " << week;
      EXPECT_LT(std::fabs(std::log(now / first)), .8) << seed << " week " << week;
      before = now;
    }
  }
}

TEST(CorrelationFit, FindsTheTruthFromManyQuarters) {
  // The posterior states the error of each ln rho; the bounds are 4 of these on the
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
  EXPECT_GE(fit->rho_global + fit->rho_team, CorrelationOptions().smallest);
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
