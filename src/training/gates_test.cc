#include "training/gates.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "training/candidate.h"

namespace ri::training {
namespace {

/// Outcomes of known chance; the model says `told(chance)`, the baseline the mean.
template <typename Told>
OutOfTimeSample SampleOf(std::size_t rows, Told told) {
  OutOfTimeSample sample{.baseline_name = "base rate"};
  base::RandomStream random(11, "gates test");
  for (std::size_t i = 0; i < rows; ++i) {
    const double chance = 0.1 + 0.8 * random.Uniform();
    sample.label.push_back(random.Bernoulli(chance) ? 1 : 0);
    sample.model.push_back(told(chance, random));
    sample.baseline.push_back(0.5);
    sample.weight.push_back(1);
    sample.cluster.push_back(static_cast<std::uint32_t>(i / 4));
  }
  return sample;
}

TEST(SkillGate, PassesAModelThatKnowsTheChances) {
  const auto sample = SampleOf(3000, [](double chance, auto&) { return chance; });
  SkillEvidence evidence;
  EXPECT_TRUE(SkillGate(sample, {}, 2, evidence).passed);
  EXPECT_GT(evidence.skill_lower, 0.05);
  EXPECT_EQ(evidence.clusters, 750U);
  EXPECT_TRUE(CalibrationGate(sample, {}, 2).passed);
}

// Thirty models that guess; the bound is one-sided at 95 %, the least skill adds to it. Chance that
// two or more of 30 pass by luck is below 0.5 if each passes with 5 %; none has passed with the
// skill threshold in 2,000 trials.
TEST(SkillGate, RefusesModelsThatGuess) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    base::RandomStream noise(seed, "guesses");
    const auto sample = SampleOf(800, [&](double, auto&) { return 0.4 + 0.2 * noise.Uniform(); });
    SkillEvidence evidence;
    const Gate gate = SkillGate(sample, {}, 1, evidence);
    EXPECT_FALSE(gate.passed);
    EXPECT_TRUE(gate.blocking);
    EXPECT_EQ(gate.evidence.rfind("No signal found", 0), 0U);
  }
}

TEST(SkillGate, RefusesWhenNothingCouldBeJudged) {
  SkillEvidence evidence;
  EXPECT_FALSE(SkillGate({}, {}, 1, evidence).passed);
}

TEST(CalibrationGate, FindsAModelThatIsTooSure) {
  const auto sample =
      SampleOf(3000, [](double chance, auto&) { return chance > 0.5 ? 0.98 : 0.02; });
  const Gate gate = CalibrationGate(sample, {}, 2);
  EXPECT_FALSE(gate.passed);
  EXPECT_FALSE(gate.blocking);
}

TEST(MinimumDataGate, SaysWhatIsMissing) {
  EXPECT_TRUE(MinimumDataGate(60, 20, {}).passed);
  const Gate gate = MinimumDataGate(60, 19, {});
  EXPECT_FALSE(gate.passed);
  EXPECT_NE(gate.evidence.find("Needed: 60"), std::string::npos);
  EXPECT_FALSE(MinimumDataGate(0, 0, {}).passed);
}

TEST(Ladder, GrowsWithTheNumberOfClosedDeals) {
  EXPECT_EQ(Ladder(59, 30).size(), 2U);
  EXPECT_EQ(Ladder(200, 10).size(), 2U) << "too few of one outcome";
  EXPECT_EQ(Ladder(60, 30).size(), 3U);
  EXPECT_EQ(Ladder(300, 150).size(), 5U);
  EXPECT_EQ(Ladder(1000, 500).size(), 7U);
  EXPECT_EQ(Ladder(3000, 500).size(), 8U);
}

}  // namespace
}  // namespace ri::training
