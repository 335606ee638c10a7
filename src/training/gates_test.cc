#include "training/gates.h"

#include <gtest/gtest.h>

#include <algorithm>

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

// The win rate falls by half between training and judging: a lower level for all deals gains far
// more than the least skill and tells none of them apart.
TEST(SkillGate, RefusesALevelThatFollowsTheWinRate) {
  auto sample = SampleOf(3000, [](double, auto&) { return 0.25; });
  base::RandomStream random(5, "level");
  for (std::size_t i = 0; i < sample.label.size(); ++i) {
    sample.label[i] = random.Bernoulli(0.25) ? 1 : 0;
  }
  SkillEvidence evidence;
  EXPECT_FALSE(SkillGate(sample, {}, 1, evidence).passed);
  EXPECT_GT(evidence.skill_lower, 0.05);
  EXPECT_LE(evidence.auc_lower, 0.5);
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

TEST(LeakGate, NamesWhatWasLeftOut) {
  const std::vector<LeakingFeature> leaking{{.feature = "loss_reason", .evidence = "AUC 0.99"}};
  const Gate gate = LeakGate(leaking);
  EXPECT_TRUE(gate.passed);
  EXPECT_NE(gate.evidence.find("loss_reason (AUC 0.99)"), std::string::npos);
}

/// `rows` outcomes of chance 0.4; the champion knows the chance, the candidate says `told`.
ChampionSample BesideChampion(std::size_t rows, double told) {
  ChampionSample sample;
  base::RandomStream random(5, "beside the champion");
  for (std::size_t i = 0; i < rows; ++i) {
    sample.label.push_back(random.Bernoulli(0.4) ? 1 : 0);
    sample.weight.push_back(1);
    sample.cluster.push_back(static_cast<std::uint32_t>(i));
    sample.champion.push_back(0.4);
    sample.candidate.push_back(told);
  }
  return sample;
}

TEST(ChampionGate, FiresWhenTheCandidateIsWorse) {
  EXPECT_TRUE(ChampionGate(std::nullopt, {}, 1).passed) << "nobody to compare with";
  EXPECT_TRUE(ChampionGate(BesideChampion(2000, 0.4), {}, 1).passed);
  const Gate gate = ChampionGate(BesideChampion(2000, 0.6), {}, 1);
  EXPECT_FALSE(gate.passed);
  EXPECT_FALSE(gate.blocking) << "the champion stays, the version is kept";
  EXPECT_TRUE(ChampionGate(BesideChampion(10, 0.9), {}, 1).passed) << "ten rows prove nothing";
}

TEST(SegmentGate, FiresForOneBadSegmentAndForgivesChance) {
  ChampionSample sample = BesideChampion(400, 0.4);
  for (int s = 0; s < 20; ++s) {
    // Differences as chance makes them: the largest of 20 is about two standard errors.
    sample.segments.push_back({.segment = "region = " + std::to_string(s),
                               .deals = 200,
                               .difference = 0.001 * (s - 10),
                               .error = 0.005});
  }
  EXPECT_TRUE(SegmentGate(sample).passed);
  sample.segments.push_back(
      {.segment = "stage = Proposal", .deals = 99, .difference = 0.2, .error = 0.01});
  EXPECT_TRUE(SegmentGate(sample).passed) << "fewer than a hundred deals are not judged";
  sample.segments.back().deals = 150;
  const Gate gate = SegmentGate(sample);
  EXPECT_FALSE(gate.passed);
  EXPECT_NE(gate.evidence.find("stage = Proposal"), std::string::npos);
  EXPECT_EQ(gate.evidence.find("region"), std::string::npos);
}

TEST(ChurnGate, FiresOnTheMeanAndOnFewLargeMoves) {
  const std::vector<double> before(100, 0.5);
  EXPECT_TRUE(ChurnGate({}, {}, {}).passed);
  EXPECT_TRUE(ChurnGate(before, std::vector<double>(100, 0.52), {}).passed);
  EXPECT_FALSE(ChurnGate(before, std::vector<double>(100, 0.54), {}).passed);
  std::vector<double> few = before;
  few[0] = few[1] = 0.7;
  EXPECT_TRUE(ChurnGate(before, few, {}).passed);
  few[2] = 0.7;
  EXPECT_FALSE(ChurnGate(before, few, {}).passed);
}

TEST(ExplanationGate, RefusesWhenASumMissesItsScore) {
  EXPECT_TRUE(ExplanationGate(32, "").passed);
  const Gate gate = ExplanationGate(0, "The reasons of a row miss its score by 0.1.");
  EXPECT_FALSE(gate.passed);
  EXPECT_TRUE(gate.blocking);
}

// Exact 95 % bands of a binomial with 0.8: P(X <= 4) of 10 is 0.0064, P(X <= 5) 0.0328; of 20,
// P(X <= 11) is 0.0100, P(X <= 12) 0.0321, P(X <= 19) 0.9885, P(X <= 18) 0.9308.
TEST(CoverageGate, FiresOutsideTheBinomialBand) {
  EXPECT_TRUE(CoverageGate(0, 0).passed) << "nothing replayed yet";
  EXPECT_TRUE(CoverageGate(8, 10).passed);
  EXPECT_TRUE(CoverageGate(5, 10).passed);
  EXPECT_FALSE(CoverageGate(4, 10).passed);
  EXPECT_TRUE(CoverageGate(12, 20).passed);
  EXPECT_FALSE(CoverageGate(11, 20).passed);
  EXPECT_TRUE(CoverageGate(19, 20).passed);
  EXPECT_FALSE(CoverageGate(20, 20).passed) << "intervals that never miss are too wide";
}

TEST(ReproducibleGate, RefusesOtherBytes) {
  EXPECT_TRUE(ReproducibleGate(true, "The first bag").passed);
  EXPECT_FALSE(ReproducibleGate(false, "The first bag").passed);
}

// The labels of quick deals are seen more often; weighted back, honest probabilities pass.
TEST(CalibrationGate, JudgesWithTheWeightsOfTheSample) {
  OutOfTimeSample sample{.baseline_name = "base rate"};
  base::RandomStream random(12, "weighted gate");
  for (std::uint32_t i = 0; sample.label.size() < 4000; ++i) {
    const double chance = 0.1 + 0.8 * random.Uniform();
    const bool won = random.Bernoulli(chance);
    const double seen = won ? 0.9 : 0.5;
    if (random.Bernoulli(seen)) {
      sample.label.push_back(won ? 1 : 0);
      sample.weight.push_back(1 / seen);
      sample.model.push_back(chance);
      sample.cluster.push_back(i);
    }
  }
  EXPECT_TRUE(CalibrationGate(sample, {}, 2).passed);
  sample.weight.assign(sample.label.size(), 1);
  EXPECT_FALSE(CalibrationGate(sample, {}, 2).passed);
}

TEST(MinimumDataGate, SaysWhatIsMissing) {
  EXPECT_TRUE(MinimumDataGate(60, 20, {}).passed);
  const Gate gate = MinimumDataGate(60, 19, {});
  EXPECT_FALSE(gate.passed);
  EXPECT_NE(gate.evidence.find("Needed: 60"), std::string::npos);
  EXPECT_NE(gate.evidence.find("missing: 1 more, 1 of them won"), std::string::npos)
      << gate.evidence;
  EXPECT_NE(gate.evidence.find("would be known to +-"), std::string::npos) << gate.evidence;
  EXPECT_FALSE(MinimumDataGate(0, 0, {}).passed);
}

TEST(Ladder, GrowsWithTheNumberOfClosedDeals) {
  EXPECT_EQ(Ladder(59, 30).size(), 2U);
  EXPECT_EQ(Ladder(200, 10).size(), 2U) << "too few of one outcome";
  EXPECT_EQ(Ladder(60, 30).size(), 7U);
  EXPECT_EQ(Ladder(60, 30).back().name, "30 % strong ridge, 70 % shrunken trees");
  EXPECT_EQ(std::ranges::count_if(Ladder(999, 500), &CandidateSpec::preferred), 1);
  EXPECT_EQ(std::ranges::count_if(Ladder(1000, 500), &CandidateSpec::preferred), 0);
  EXPECT_EQ(Ladder(300, 150).size(), 12U);
  EXPECT_EQ(Ladder(300, 150).back().name,
            "30 % strong ridge, 70 % trees of depth 2 and small leaves");
  EXPECT_EQ(Ladder(1000, 500).size(), 7U);
  EXPECT_EQ(Ladder(3000, 500).size(), 8U);
}

}  // namespace
}  // namespace ri::training
