#include "training/final_fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "domain/probability.h"
#include "training/candidate.h"
#include "training/level.h"

namespace ri::training {
namespace {

constexpr std::uint32_t kRows = 300;

/// One row a deal; the first of two columns is a stage that decides much, the second a number.
struct Sample {
  TrainingMatrix matrix;
  LabelsAtCut labels;
};

Sample MakeSample() {
  Sample sample;
  sample.matrix.encoded = base::Matrix<float>(kRows, 2);
  sample.matrix.stage_columns = {0};
  base::RandomStream random(8, "final fit test");
  const domain::Timestamp begin = domain::StartOf(domain::MakeDate(2025, 1, 6));
  for (std::uint32_t i = 0; i < kRows; ++i) {
    const bool late = random.Bernoulli(0.5);
    sample.matrix.encoded(i, 0) = late ? 1.0F : 0.0F;
    sample.matrix.encoded(i, 1) = static_cast<float>(random.Normal());
    const double margin = (late ? 1.5 : -1.5) + 0.5 * sample.matrix.encoded(i, 1);
    TrainingRow row;
    row.key = {.deal = i, .as_of = begin + std::chrono::days(i)};
    sample.matrix.set.rows.push_back(row);
    sample.labels.rows.push_back(i);
    sample.labels.labels.push_back(random.Bernoulli(domain::Logistic(margin)) ? 1 : 0);
  }
  return sample;
}

CandidateMargins Chosen(Family family, std::vector<int> rounds = {}) {
  CandidateMargins chosen{.spec = {.name = FamilyName(family), .family = family}};
  chosen.spec.trees.depth = 2;
  chosen.spec.trees.rounds = 30;
  chosen.spec.trees.learning_rate = 0.3;
  chosen.spec.trees.min_child_weight = 5;  // of 300 rows
  chosen.rounds = std::move(rounds);
  return chosen;
}

FinalHead Fit(const Sample& sample, const CandidateMargins& chosen, int bags = 2) {
  auto head =
      FitFinalHead(sample.matrix, sample.labels, chosen, {.bags = bags}, base::Progress::Silent());
  EXPECT_TRUE(head) << head.error().ToString();
  return *std::move(head);
}

TEST(FitFinalHead, IsOfTheChosenFamilyAndToldTwiceTheSame) {
  const Sample sample = MakeSample();
  std::set<std::string> checked;
  double base_rate_loss = 0;
  for (const Family family : {Family::kBaseRate, Family::kStageTable, Family::kRidge,
                              Family::kRidgeAndTrees, Family::kTrees}) {
    const FinalHead fitted = Fit(sample, Chosen(family, {20, 30, 25}));
    EXPECT_EQ(models::HeadName(fitted.head), FamilyName(family));
    EXPECT_TRUE(fitted.same_bytes);
    EXPECT_TRUE(checked.insert(fitted.checked).second) << fitted.checked;
    const std::vector<double> margins = MarginsOf(fitted.head, sample.matrix.encoded);
    ASSERT_EQ(margins.size(), kRows);
    double loss = 0;
    for (std::uint32_t i = 0; i < kRows; ++i) {
      loss += std::log1p(std::exp(sample.labels.labels[i] > 0 ? -margins[i] : margins[i]));
    }
    if (family == Family::kBaseRate) {
      base_rate_loss = loss;
    } else {
      EXPECT_LT(loss, 0.9 * base_rate_loss) << FamilyName(family) << " has learned";
    }
  }
}

TEST(FitFinalHead, TheBaseRateIsThatOfTheLabels) {
  const Sample sample = MakeSample();
  const FinalHead fitted = Fit(sample, Chosen(Family::kBaseRate));
  EXPECT_DOUBLE_EQ(std::get<models::BaseRate>(fitted.head).margin, BaseRateMargin(sample.labels));
  const LabelsAtCut one_outcome{.rows = {0, 1, 2}, .labels = {1, 1, 1}};
  EXPECT_TRUE(std::isfinite(BaseRateMargin(one_outcome)));
}

TEST(FitFinalHead, TreesGrowTheMedianOfTheBestRoundsAtTheOrigins) {
  const Sample sample = MakeSample();
  const auto trees_of = [&](CandidateMargins chosen, int bags) {
    return std::get<models::TreeEnsemble>(Fit(sample, chosen, bags).head).trees.size();
  };
  EXPECT_EQ(trees_of(Chosen(Family::kTrees, {9, 0, 5, 7}), 1), 7U) << "0 = judged nothing";
  EXPECT_EQ(trees_of(Chosen(Family::kTrees, {9, 0, 5, 7}), 3), 21U);
  EXPECT_EQ(trees_of(Chosen(Family::kTrees, {0, 0}), 1), 1U);
  CandidateMargins fixed = Chosen(Family::kTrees, {9, 5, 7});
  fixed.spec.fixed_rounds = true;
  EXPECT_EQ(trees_of(fixed, 1), 30U);
}

TEST(BackgroundOf, IsAtMostAThousandRowsDrawnTheSameEveryTime) {
  Sample sample = MakeSample();
  EXPECT_EQ(BackgroundOf(sample.matrix, 1).values(), sample.matrix.encoded.values())
      << "of few rows all, in their order";
  base::Matrix<float> many(3000, 1);
  sample.matrix.set.rows.resize(3000);
  for (std::uint32_t i = 0; i < 3000; ++i) {
    many(i, 0) = static_cast<float>(i);
    sample.matrix.set.rows[i].key.deal = i;
  }
  sample.matrix.encoded = many;
  const base::Matrix<float> drawn = BackgroundOf(sample.matrix, 1);
  ASSERT_EQ(drawn.num_rows(), 1000U);
  EXPECT_TRUE(std::ranges::is_sorted(drawn.values(), std::less_equal<>()));
  EXPECT_EQ(drawn.values(), BackgroundOf(sample.matrix, 1).values());
  EXPECT_NE(drawn.values(), BackgroundOf(sample.matrix, 2).values());
}

}  // namespace
}  // namespace ri::training
