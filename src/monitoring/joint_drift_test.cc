#include "monitoring/joint_drift.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace ri::monitoring {
namespace {

struct Block {
  std::vector<float> values;
  std::vector<std::uint32_t> deals;
  [[nodiscard]] LabelledBlock view() const {
    return {.rows = base::MatrixView<const float>(values.data(), deals.size(), 2), .deals = deals};
  }
};

/// Two standard normal features with a given correlation: neither shows it alone.
Block Draw(std::uint64_t seed, std::size_t n, double correlation, std::uint32_t first_deal) {
  base::RandomStream stream(seed, "joint-drift-test");
  Block block;
  for (std::size_t i = 0; i < n; ++i) {
    const double a = stream.Normal();
    const double b = correlation * a + std::sqrt(1 - correlation * correlation) * stream.Normal();
    block.values.push_back(static_cast<float>(a));
    block.values.push_back(static_cast<float>(b));
    block.deals.push_back(first_deal + static_cast<std::uint32_t>(i));
  }
  return block;
}

const std::vector<std::string> kNames = {"a", "b"};

TEST(JointDrift, SeesWhatNoSingleFeatureShows) {
  const Block before = Draw(1, 1500, -0.7, 0);
  const Block now = Draw(2, 1500, 0.7, 10'000);
  const auto drift =
      DetectJointDrift(before.view(), now.view(), kNames, {}, base::Progress::Silent());
  ASSERT_TRUE(drift.has_value());
  EXPECT_TRUE(drift->drifted);
  EXPECT_GT(drift->auc, 0.7);
  ASSERT_EQ(drift->reasons.size(), 2U);
  EXPECT_NEAR(drift->reasons[0].share + drift->reasons[1].share, 1, 1e-12);
}

// AUC without drift has mean .5 and deviation about .011 here: .60 is nine of them.
TEST(JointDrift, IsSilentWithoutDrift) {
  const Block before = Draw(3, 1500, 0.3, 0);
  const Block now = Draw(4, 1500, 0.3, 10'000);
  const auto drift =
      DetectJointDrift(before.view(), now.view(), kNames, {}, base::Progress::Silent());
  ASSERT_TRUE(drift.has_value());
  EXPECT_FALSE(drift->drifted);
  EXPECT_TRUE(drift->reasons.empty());
}

TEST(JointDrift, LearnsNothingFromADealThatIsInBothSets) {
  // Every deal has its own value: a model that met the deal would know its side.
  Block before = Draw(5, 1000, 0, 0);
  Block now = before;
  const auto drift =
      DetectJointDrift(before.view(), now.view(), kNames, {}, base::Progress::Silent());
  ASSERT_TRUE(drift.has_value());
  EXPECT_FALSE(drift->drifted);
}

TEST(JointDrift, IsNewsOnlyAboveWhatIsOrdinary) {
  const JointDrift drifted{.auc = 0.8, .drifted = true, .reasons = {{"a", 1.0}}};
  JointDrift now = drifted;
  HoldAgainstOrdinary({}, now);
  EXPECT_TRUE(now.drifted);
  const std::vector<JointDrift> calm = {{.auc = 0.6}, {.auc = 0.7}, {.auc = 0.9, .refusal = "few"}};
  HoldAgainstOrdinary(calm, now);
  EXPECT_TRUE(now.drifted);
  EXPECT_DOUBLE_EQ(now.ordinary_auc, 0.7);
  now = drifted;
  HoldAgainstOrdinary(std::vector<JointDrift>{{.auc = 0.76}}, now);
  EXPECT_FALSE(now.drifted);
  EXPECT_TRUE(now.reasons.empty());
}

TEST(JointDrift, RefusesTooFewRowsAndWrongShapes) {
  const Block few = Draw(6, 50, 0, 0);
  const auto refused =
      DetectJointDrift(few.view(), few.view(), kNames, {}, base::Progress::Silent());
  ASSERT_TRUE(refused.has_value());
  EXPECT_FALSE(refused->refusal.empty());
  const std::vector<std::string> three = {"a", "b", "c"};
  EXPECT_EQ(
      DetectJointDrift(few.view(), few.view(), three, {}, base::Progress::Silent()).error().code(),
      ErrorCode::kUsage);
}

}  // namespace
}  // namespace ri::monitoring
