#include "training/level.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace ri::training {
namespace {

/// Deals with five rows each that share an outcome; won `jump` log-odds more often than told.
LevelJump Ask(double jump, std::uint64_t seed, std::uint32_t num_deals = 120) {
  base::RandomStream random(seed, "level");
  std::vector<double> margins;
  std::vector<double> labels;
  std::vector<std::uint32_t> deals;
  for (std::uint32_t deal = 0; deal < num_deals; ++deal) {
    const double margin = random.Normal() - 1;
    const double label = random.Bernoulli(domain::Logistic(margin + jump)) ? 1 : 0;
    for (int week = 0; week < 5; ++week) {
      margins.push_back(margin);
      labels.push_back(label);
      deals.push_back(deal);
    }
  }
  const std::vector<double> weights(margins.size(), 1.0);
  return FindLevelJump(
      models::Calibrator(),
      {.margins = margins, .labels = labels, .weights = weights, .clusters = deals});
}

TEST(FindLevelJump, FollowsAJump) {
  const LevelJump up = Ask(0.8, 1, 2000);
  EXPECT_NEAR(up.shift, 0.8, 0.25);  // 4 standard errors of 2,000 deals
  EXPECT_GT(up.standard_errors, 2);
  EXPECT_NE(up.reason.find("more deals were won"), std::string::npos) << up.reason;
  const LevelJump down = Ask(-0.8, 2, 2000);
  EXPECT_NEAR(down.shift, -0.8, 0.25);
}

TEST(FindLevelJump, LeavesTrueScoresAloneAtTheStatedRate) {
  // 600 trainings at a rate of .046 are 27 alarms, standard deviation 5.1; bounds at 4 of them.
  // Rows counted as if each were a deal of its own would give some 220.
  int alarms = 0;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    const LevelJump jump = Ask(0, 1000 + seed);
    alarms += jump.shift != 0 ? 1 : 0;
    EXPECT_EQ(jump.shift != 0, !jump.reason.empty());
  }
  EXPECT_GE(alarms, 7);
  EXPECT_LE(alarms, 48);
}

TEST(FindLevelJump, AFewDealsMoveNothing) { EXPECT_EQ(Ask(4, 3, 29).shift, 0); }

TEST(FindLevelJump, AsksTheNewestOriginOnly) {
  OutOfTimeRows rows;
  base::Matrix<float> encoded(400, 1);
  for (std::uint32_t i = 0; i < 400; ++i) {
    rows.rows.push_back(i);
    rows.origin.push_back(i < 300 ? 0 : 2);
    rows.label.push_back(i < 300 ? 0 : i % 2);
    rows.weight.push_back(1);
    rows.cluster.push_back(i);
  }
  const models::Head head = models::BaseRate{.margin = domain::Logit(0.125)};
  const LevelJump jump = FindLevelJump(models::Calibrator(), head, encoded, rows);
  EXPECT_NEAR(jump.shift, -domain::Logit(0.125), 1e-9);
}

}  // namespace
}  // namespace ri::training
