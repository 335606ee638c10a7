#include "training/candidate_choice.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "metrics/ranking.h"

namespace ri::training {
namespace {

constexpr std::size_t kOrigins = 4;

/// Rows of four origins, a deal each; which half are won is drawn anew for every seed.
struct Past {
  TrainingMatrix matrix;
  OutOfTimeResult judged;
  std::vector<CalibratedMargins> calibrated;

  Past(std::size_t rows_each, std::uint64_t seed) {
    for (std::size_t origin = 0; origin < kOrigins; ++origin) {
      for (std::size_t i = 0; i < rows_each; ++i) {
        const auto row = static_cast<std::uint32_t>(judged.rows.rows.size());
        base::RandomStream coin(seed, "outcome", row);
        TrainingRow training;
        training.key.deal = row;
        matrix.set.rows.push_back(training);
        judged.rows.rows.push_back(row);
        judged.rows.origin.push_back(origin);
        judged.rows.label.push_back(coin.Bernoulli(.5) ? 1 : 0);
        judged.rows.weight.push_back(1);
        judged.rows.cluster.push_back(row);
        judged.rows.deal.push_back(row);
      }
    }
    judged.origins.resize(kOrigins);
    Add({.name = "base rate"}, [](std::size_t) { return .5; });
  }

  template <typename Tell>
  void Add(CandidateSpec spec, const Tell& tell) {
    CalibratedMargins told;
    CandidateMargins candidate{.spec = std::move(spec)};
    for (std::size_t i = 0; i < judged.rows.rows.size(); ++i) {
      told.probability.push_back(tell(i));
      candidate.margins.push_back(domain::Logit(told.probability.back()));
    }
    judged.candidates.push_back(std::move(candidate));
    calibrated.push_back(std::move(told));
  }
};

bool LooksSkilled(const OutOfTimeSample& sample) {
  SkillEvidence evidence;
  return SkillGate(sample, {.bootstrap_draws = 200}, 1, evidence).passed;
}

TEST(NestedSample, TellsEveryOriginByTheBestOfThoseBefore) {
  Past past(20, 1);
  const auto& rows = past.judged.rows;
  const auto knows_until = [&](std::size_t last) {
    return [&rows, last](std::size_t i) {
      const double right = rows.label[i] > 0 ? .8 : .2;
      return rows.origin[i] <= last ? right : 1 - right;
    };
  };
  past.Add({.name = "early", .family = Family::kTrees}, knows_until(0));
  past.Add({.name = "late", .family = Family::kTrees}, [&](std::size_t i) {
    return rows.origin[i] == 0 ? .5 : rows.label[i] > 0 ? .7 : .3;
  });
  std::vector<CandidateResult> ladder;
  const std::size_t chosen = ChooseCandidate(past.judged, past.calibrated, 1, ladder);
  ASSERT_EQ(chosen, 2U);
  const OutOfTimeSample nested = NestedSampleOf(past.matrix, past.judged, past.calibrated, chosen);
  const std::vector<std::size_t> judged = JudgedRows(rows);
  ASSERT_EQ(nested.model.size(), judged.size());
  for (std::size_t j = 0; j < judged.size(); ++j) {
    // The first origin speaks for "early"; from the third on the past speaks for "late".
    const std::size_t expected = rows.origin[judged[j]] == 1 ? 1 : 2;
    if (rows.origin[judged[j]] != 2) {
      EXPECT_EQ(nested.model[j], past.calibrated[expected].probability[judged[j]]);
    }
  }
}

TEST(ChooseCandidate, ThePreferredOneServesUnlessAnotherIsClearlyBetter) {
  Past past(20, 1);
  const auto& label = past.judged.rows.label;
  // Better by luck on every third row, and clearly better everywhere.
  past.Add({.name = "preferred", .family = Family::kRidgeAndTrees, .preferred = true},
           [&](std::size_t i) { return i % 3 == 0     ? .5
                                       : label[i] > 0 ? .6
                                                      : .4; });
  past.Add({.name = "lucky", .family = Family::kTrees},
           [&](std::size_t i) { return (label[i] > 0) == (i % 5 < 3) ? .72 : .35; });
  std::vector<CandidateResult> ladder;
  EXPECT_EQ(ChooseCandidate(past.judged, past.calibrated, 1, ladder), 1U);
  past.Add({.name = "better", .family = Family::kTrees},
           [&](std::size_t i) { return label[i] > 0 ? .9 : .1; });
  ladder.clear();
  EXPECT_EQ(ChooseCandidate(past.judged, past.calibrated, 1, ladder), 3U);
}

TEST(IsClearlyWorse, AsksForMoreThanOneStandardErrorOnTheRowsThatAreJudged) {
  Past past(40, 3);
  const auto& rows = past.judged.rows;
  past.Add({.name = "knows", .family = Family::kTrees},
           [&](std::size_t i) { return rows.label[i] > 0 ? .8 : .2; });
  past.Add({.name = "as good", .family = Family::kTrees}, [&](std::size_t i) {
    const double told = i % 2 == 0 ? .81 : .79;
    return rows.label[i] > 0 ? told : 1 - told;
  });
  past.Add({.name = "wrong where nobody looks", .family = Family::kTrees}, [&](std::size_t i) {
    const bool right = rows.origin[i] > 0;
    return (rows.label[i] > 0) == right ? .8 : .2;
  });
  const auto worse = [&](std::size_t candidate, std::size_t other) {
    return IsClearlyWorse(past.judged, past.calibrated[candidate], past.calibrated[other], 1);
  };
  EXPECT_TRUE(worse(0, 1));
  EXPECT_FALSE(worse(1, 0));
  EXPECT_FALSE(worse(1, 1));
  EXPECT_FALSE(worse(1, 2));
  EXPECT_FALSE(worse(3, 1)) << "the first origin only teaches";
}

TEST(NestedSample, KeepsTheChosenOneWithoutAnEarlierOrigin) {
  Past past(20, 2);
  for (std::size_t& origin : past.judged.rows.origin) {
    origin = 0;
  }
  past.Add({.name = "guess", .family = Family::kTrees},
           [](std::size_t i) { return i % 2 == 0 ? .6 : .4; });
  const OutOfTimeSample nested = NestedSampleOf(past.matrix, past.judged, past.calibrated, 1);
  EXPECT_EQ(nested.model, past.calibrated[1].probability);
}

// Twenty candidates that guess: the luckiest passes the gate on the rows it was chosen on far more
// often than one time in 20. Chosen before, it must not: a gate that errs one time in 20 errs
// more than 7 times in 40 with a chance below 1 in 500.
TEST(NestedSample, DoesNotTakeTheLuckiestGuessForSkill) {
  std::size_t flattered = 0;
  std::size_t nested = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Past past(40, seed);
    for (std::uint64_t guess = 0; guess < 20; ++guess) {
      past.Add({.name = "guess", .family = Family::kTrees}, [&](std::size_t i) {
        return base::RandomStream(seed, "guess", base::HashCombine(guess, i)).Bernoulli(.5) ? .54
                                                                                            : .46;
      });
    }
    std::vector<CandidateResult> ladder;
    const std::size_t chosen = ChooseCandidate(past.judged, past.calibrated, 1, ladder);
    flattered += LooksSkilled(SampleOf(past.matrix, past.judged, past.calibrated, chosen)) ? 1 : 0;
    nested +=
        LooksSkilled(NestedSampleOf(past.matrix, past.judged, past.calibrated, chosen)) ? 1 : 0;
  }
  EXPECT_GT(flattered, 12U);
  EXPECT_LE(nested, 7U);
}

// The same with a win rate by stage that guesses, too, and is the best baseline half of the time: a
// model that need not be proven better than it must still be proven against the base rate.
TEST(ProvenAgainstBaseRate, DoesNotTakeALuckyGuessForSkill) {
  std::size_t served = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Past past(40, seed);
    const auto guess = [&](std::uint64_t who) {
      return [seed, who](std::size_t i) {
        return base::RandomStream(seed, "guess", base::HashCombine(who, i)).Bernoulli(.5) ? .54
                                                                                          : .46;
      };
    };
    past.Add({.name = "stage table", .family = Family::kStageTable}, guess(100));
    for (std::uint64_t who = 0; who < 8; ++who) {
      past.Add({.name = "guess", .family = Family::kTrees}, guess(who));
    }
    std::vector<CandidateResult> ladder;
    const std::size_t chosen = ChooseCandidate(past.judged, past.calibrated, 1, ladder);
    const OutOfTimeSample nested =
        NestedSampleOf(past.matrix, past.judged, past.calibrated, chosen);
    served += LooksSkilled(nested) || ProvenAgainstBaseRate(past.judged, past.calibrated, nested,
                                                            {.bootstrap_draws = 200}, 1)
                  ? 1
                  : 0;
  }
  EXPECT_LE(served, 7U);
}

// Better than the win rate by stage on too few deals to prove it, and far better than the base
// rate.
TEST(ProvenAgainstBaseRate, ServesWhatIsBetterThanTheWinRateByStageWithoutProof) {
  Past past(40, 4);
  const auto tells = [&past](bool right, std::size_t i) {
    return (past.judged.rows.label[i] > 0) == right ? .75 : .25;
  };
  past.Add({.name = "stage table", .family = Family::kStageTable},
           [&](std::size_t i) { return tells(i % 4 != 0, i); });
  past.Add({.name = "trees", .family = Family::kTrees},
           [&](std::size_t i) { return tells(i % 4 != 1 || i % 40 == 1, i); });
  const OutOfTimeSample sample = SampleOf(past.matrix, past.judged, past.calibrated, 2);
  ASSERT_EQ(sample.baseline_name, "win rate by stage");
  EXPECT_FALSE(LooksSkilled(sample));
  EXPECT_TRUE(ProvenAgainstBaseRate(past.judged, past.calibrated, sample, {}, 1));
}

// A model may be proven against the base rate while the win rate by stage stands between them: each
// is compared with the same told chances.
TEST(AgainstBaseRate, LeavesTheWinRateByStageOut) {
  Past past(20, 3);
  const auto& rows = past.judged.rows;
  past.Add({.name = "stage table", .family = Family::kStageTable},
           [&](std::size_t i) { return rows.label[i] > 0 ? .6 : .4; });
  past.Add({.name = "trees", .family = Family::kTrees},
           [&](std::size_t i) { return rows.label[i] > 0 ? .7 : .3; });
  const OutOfTimeSample sample = SampleOf(past.matrix, past.judged, past.calibrated, 2);
  EXPECT_EQ(sample.baseline_name, "win rate by stage");
  const OutOfTimeSample against = AgainstBaseRate(past.judged, past.calibrated, sample);
  EXPECT_EQ(against.baseline_name, kBaseRateName);
  EXPECT_EQ(against.baseline, std::vector<double>(sample.label.size(), .5));
  EXPECT_EQ(against.model, sample.model);
  EXPECT_EQ(against.label, sample.label);
}

}  // namespace
}  // namespace ri::training
