#include "monitoring/holdout.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"

namespace ri::monitoring {
namespace {

std::vector<TrialRow> Trial(std::uint64_t seed, std::size_t n, double lift) {
  base::RandomStream stream(seed, "holdout-test");
  std::vector<TrialRow> rows(n);
  for (std::size_t i = 0; i < n; ++i) {
    rows[i].shown = !InHoldout(seed, std::to_string(i), 0.2);
    rows[i].chance = 0.1 + 0.5 * stream.Uniform();
    // Miscalibrated on purpose: randomisation, not the model, carries the estimate.
    const double truth = 0.8 * rows[i].chance + (rows[i].shown ? lift : 0);
    rows[i].outcome = stream.Bernoulli(truth) ? 1 : 0;
  }
  return rows;
}

TEST(Holdout, IsFixedPerDealAndHasTheShareAskedFor) {
  int held = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = "deal-" + std::to_string(i);
    held += InHoldout(7, id, 0.2) ? 1 : 0;
    EXPECT_EQ(InHoldout(7, id, 0.2), InHoldout(7, id, 0.2));
  }
  EXPECT_NEAR(held, 2000, 200);  // five standard deviations of 40
  EXPECT_FALSE(InHoldout(7, "x", 0));
  EXPECT_TRUE(InHoldout(7, "x", 1));
}

// 400 trials; the count of covering intervals has mean 380 and deviation 4.4, so 360..397 is left
// with a chance below 1 in 10,000.
TEST(Holdout, CoversTheTrueLift) {
  int covered = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Lift lift = EstimateLift(Trial(seed, 1200, 0.06));
    ASSERT_TRUE(lift.enough);
    covered += lift.low <= 0.06 && 0.06 <= lift.high ? 1 : 0;
  }
  EXPECT_GE(covered, 360);
  EXPECT_LE(covered, 397);
}

TEST(Holdout, IsNarrowerThanThePlainDifference) {
  const std::vector<TrialRow> rows = Trial(3, 4000, 0.05);
  const Lift lift = EstimateLift(rows);
  const double p = 0.3;
  const double plain =
      std::sqrt(p * (1 - p) *
                (1.0 / static_cast<double>(lift.shown) + 1.0 / static_cast<double>(lift.withheld)));
  EXPECT_LT(lift.standard_error, plain);
}

TEST(Holdout, SaysWhenThereIsNotEnough) {
  EXPECT_FALSE(EstimateLift({}).enough);
  EXPECT_FALSE(EstimateLift(Trial(1, 60, 0)).enough);
  std::vector<TrialRow> same(200, {.shown = true, .chance = 0.5, .outcome = 1});
  for (std::size_t i = 0; i < 100; ++i) {
    same[i].shown = false;
  }
  EXPECT_FALSE(EstimateLift(same).enough) << "no spread, no error estimate";
}

}  // namespace
}  // namespace ri::monitoring
