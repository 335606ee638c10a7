#include "synthetic/quarter_truth.h"

#include <gtest/gtest.h>

#include <cmath>

#include "synthetic/shock_grid.h"
#include "synthetic/truth_oracle.h"

namespace ri::synthetic {
namespace {

TEST(ShockGridTest, PriorDrawsHaveTheMomentsOfTheirLaw) {
  ShockGrid grid(0.3, 0.2, 2);
  grid.Prepare();
  base::RandomStream stream(4, "shock-grid-test");
  constexpr int kDraws = 20'000;
  double sum = 0;
  double squares = 0;
  double products = 0;
  std::vector<std::size_t> drawn;
  for (int i = 0; i < kDraws; ++i) {
    grid.Draw(stream, drawn);
    const double a = grid.Sum(drawn[0]);
    sum += a;
    squares += a * a;
    products += a * grid.Sum(drawn[1]);
  }
  // Five standard errors of a mean, a variance and a covariance of this law; the grid itself
  // (an eighth of a deviation, cut at four) is off by less than a thousandth.
  const double variance = 0.3 * 0.3 + 0.2 * 0.2;
  EXPECT_NEAR(sum / kDraws, 0, 5 * std::sqrt(variance / kDraws));
  EXPECT_NEAR(squares / kDraws, variance, 5 * variance * std::sqrt(2.0 / kDraws) + 1e-3);
  EXPECT_NEAR(products / kDraws, 0.3 * 0.3, 5 * variance * std::sqrt(2.0 / kDraws) + 1e-3);
}

TEST(ShockGridTest, ANormalLikelihoodGivesTheConjugatePosterior) {
  // Market shock N(0, 1); one team, no shock of its own; observation 1.2 with deviation 0.5.
  ShockGrid grid(1.0, 0.0, 1);
  constexpr double kObserved = 1.2;
  constexpr double kNoise = 0.5;
  for (std::size_t i = 0; i < grid.num_sums(); ++i) {
    const double z = (kObserved - grid.Sum(i)) / kNoise;
    grid.AddLogLikelihood(0, i, -0.5 * z * z);
  }
  grid.Prepare();
  base::RandomStream stream(5, "shock-grid-test");
  constexpr int kDraws = 20'000;
  double sum = 0;
  std::vector<std::size_t> drawn;
  for (int i = 0; i < kDraws; ++i) {
    grid.Draw(stream, drawn);
    sum += grid.Sum(drawn[0]);
  }
  const double precision = 1 + 1 / (kNoise * kNoise);
  const double mean = kObserved / (kNoise * kNoise) / precision;
  EXPECT_NEAR(sum / kDraws, mean, 5 * std::sqrt(1 / precision / kDraws) + 1e-3);
}

TEST(ShockGridTest, WithoutShocksThereIsOnePoint) {
  ShockGrid grid(0, 0, 3);
  EXPECT_EQ(grid.num_sums(), 1u);
  EXPECT_EQ(grid.Sum(0), 0);
}

struct Judged {
  int rows = 0;
  int covered = 0;
  double bias = 0;
  double realised = 0;
};

/// Rows of the first, a middle and a late week of all finished quarters of several companies.
std::map<int, Judged> Judge(int companies) {
  std::map<int, Judged> by_week;
  for (int seed = 1; seed <= companies; ++seed) {
    GeneratorOptions options;
    options.scenario = "realistic";
    options.deals = 500;
    options.quarters = 8;
    options.seed = static_cast<std::uint64_t>(seed);
    const Company company(*MakePlan(options));
    DealTruth truth(company);
    QuarterMaterial material;
    for (std::size_t deal = 0; deal < company.created().size(); ++deal) {
      CollectQuarterMaterial(company, MakeDealRecord(company, {}, deal), truth, material);
    }
    for (const QuarterTruthRow& row : ComputeQuarterTruth(company, material, 200, 1)) {
      if (row.over) {
        Judged& judged = by_week[row.week_of_quarter];
        ++judged.rows;
        judged.covered += row.realised >= row.quantiles[1] && row.realised <= row.quantiles[5];
        judged.bias += row.mean() - row.realised;
        judged.realised += row.realised;
      }
    }
  }
  return by_week;
}

// 5 companies of 8 quarters: 40 independent quarters. The 80 % interval covers 32 on average, with
// a standard deviation of 2.5; 21 or fewer, or all 40, each happens about once in 8,000 times to a
// truth that is right.
TEST(QuarterTruthTest, IntervalsCoverAndMeansDoNotDrift) {
  for (const auto& [week, judged] : Judge(5)) {
    if (week == 1 || week == 6 || week == 11) {
      ASSERT_EQ(judged.rows, 40);
      EXPECT_GT(judged.covered, 21) << "week " << week;
      EXPECT_LT(judged.covered, 40) << "week " << week;
      // One quarter of so small a company varies by about a half of its mean: a standard error of
      // .08 over 40.
      EXPECT_NEAR(judged.bias / judged.realised, 0, 0.35) << "week " << week;
    }
  }
}

TEST(QuarterTruthTest, PartsAddUpAndThreadsDoNotMatter) {
  GeneratorOptions options;
  options.scenario = "enterprise";
  options.deals = 400;
  options.quarters = 3;
  const Company company(*MakePlan(options));
  DealTruth truth(company);
  QuarterMaterial material;
  for (std::size_t deal = 0; deal < company.created().size(); ++deal) {
    CollectQuarterMaterial(company, MakeDealRecord(company, {}, deal), truth, material);
  }
  const auto one = ComputeQuarterTruth(company, material, 100, 1);
  const auto three = ComputeQuarterTruth(company, material, 100, 3);
  ASSERT_EQ(one.size(), three.size());
  ASSERT_GT(one.size(), 30u);
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].quantiles, three[i].quantiles);
    EXPECT_EQ(one[i].as_of, domain::MondayOnOrBefore(one[i].as_of));
    if (one[i].over) {
      EXPECT_NEAR(one[i].booked + one[i].realised_open + one[i].realised_new, one[i].realised,
                  1e-6 * one[i].realised);
    }
    for (std::size_t q = 1; q < one[i].quantiles.size(); ++q) {
      EXPECT_LE(one[i].quantiles[q - 1], one[i].quantiles[q]);
    }
  }
}

}  // namespace
}  // namespace ri::synthetic
