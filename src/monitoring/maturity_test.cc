#include "monitoring/maturity.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace ri::monitoring {
namespace {

const domain::Date kToday = domain::MakeDate(2026, 6, 1);

PastForecast Row(unsigned month, double chance, bool won, std::uint32_t cluster) {
  const domain::Date scored = domain::MakeDate(2026, month, 10);
  return {.scored_on = scored,
          .chance = chance,
          .mature_on = scored + std::chrono::days(90),
          .ended = true,
          .won = won,
          .cluster = cluster};
}

TEST(Maturity, JudgesOnlyWhatHadTimeToEnd) {
  const std::vector<PastForecast> rows = {Row(1, 0.5, true, 1), Row(1, 0.5, false, 2),
                                          Row(5, 0.5, true, 3)};
  const auto cohorts = JudgeCohorts(rows, kToday);
  ASSERT_EQ(cohorts.size(), 2U);
  EXPECT_EQ(cohorts[0].month, domain::MakeDate(2026, 1, 1));
  EXPECT_EQ(cohorts[0].mature, 2U);
  EXPECT_DOUBLE_EQ(cohorts[0].won, 1);
  EXPECT_DOUBLE_EQ(cohorts[0].expected_wins, 1);
  EXPECT_DOUBLE_EQ(cohorts[0].z, 0);
  EXPECT_EQ(cohorts[1].mature, 0U);
  EXPECT_TRUE(std::isnan(cohorts[1].log_loss));
}

TEST(Maturity, CountsDealsThatAreStillOpenAsNotWon) {
  PastForecast open = Row(1, 0.5, false, 1);
  open.ended = false;
  const auto cohorts = JudgeCohorts(std::vector<PastForecast>{open}, kToday);
  EXPECT_EQ(cohorts[0].open, 1U);
  EXPECT_DOUBLE_EQ(cohorts[0].won, 0);
}

// 500 cohorts of 200 independent calibrated rows: z is about standard normal, its mean square has
// deviation .063, so .75..1.25 is left with a chance below 1 in 10,000.
TEST(Maturity, ZIsStandardNormalForCalibratedForecasts) {
  double squares = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    base::RandomStream stream(seed, "maturity-test");
    std::vector<PastForecast> rows;
    for (std::uint32_t i = 0; i < 200; ++i) {
      const double p = stream.Uniform();
      rows.push_back(Row(1, p, stream.Bernoulli(p), i));
    }
    const double z = JudgeCohorts(rows, kToday)[0].z;
    squares += z * z / 500;
  }
  EXPECT_NEAR(squares, 1, 0.25);
}

TEST(Maturity, RepeatedRowsOfADealDoNotAddEvidence) {
  std::vector<PastForecast> once = {Row(1, 0.2, true, 1)};
  std::vector<PastForecast> often(10, once[0]);
  EXPECT_NEAR(JudgeCohorts(once, kToday)[0].z, JudgeCohorts(often, kToday)[0].z, 1e-12);
}

}  // namespace
}  // namespace ri::monitoring
