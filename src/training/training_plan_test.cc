#include "training/training_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "training/company_fixture.h"

namespace ri::training {
namespace {

class Planned {
 public:
  explicit Planned(domain::Timestamp cutoff = kCutoff, int num_threads = 2)
      : options_{.cutoff = cutoff, .num_threads = num_threads},
        log_(Company({})),
        engine_(log_, {}, num_threads),
        plan_(MakeTrainingPlan(log_, engine_, options_, base::Progress::Silent())) {}

  [[nodiscard]] const Result<TrainingPlan>& result() const { return plan_; }
  [[nodiscard]] const TrainingPlan& operator*() const { return *plan_; }
  [[nodiscard]] const TrainingPlan* operator->() const { return &*plan_; }
  [[nodiscard]] TrainingMatrix Matrix() const {
    auto matrix = BuildTrainingMatrix(log_, engine_, {.cutoff = options_.cutoff});
    EXPECT_TRUE(matrix);
    return *std::move(matrix);
  }
  [[nodiscard]] const TrainOptions& options() const { return options_; }

 private:
  TrainOptions options_;
  data::EventLog log_;
  features::FeatureEngine engine_;
  Result<TrainingPlan> plan_;
};

const Planned& AtTheCutoff() {
  static const Planned plan;
  return plan;
}

TEST(TrainingPlan, HasAPartForEveryOriginAndOneForEverything) {
  const Planned& plan = AtTheCutoff();
  ASSERT_TRUE(plan.result()) << plan.result().error().ToString();
  const std::vector<Origin> origins = PlanOrigins(plan.Matrix(), plan.options());
  ASSERT_EQ(plan->parts.size(), origins.size() + 1);
  for (std::size_t k = 0; k < origins.size(); ++k) {
    EXPECT_EQ(plan->parts[k].name, "origin-" + std::to_string(k));
    EXPECT_LT(plan->parts[k].training.labels.size(), plan->parts[k + 1].training.labels.size())
        << "later moments know more";
    const PlanRows& judged = plan->parts[k].validation;
    EXPECT_FALSE(judged.labels.empty());
    EXPECT_TRUE(std::ranges::all_of(judged.labels, [](double l) { return l == 0 || l == 1; }));
    EXPECT_TRUE(std::ranges::all_of(judged.weights, [](double w) { return w >= 1 && w <= 5; }));
  }
  EXPECT_EQ(plan->parts.back().name, "final");
  EXPECT_TRUE(plan->parts.back().validation.labels.empty());
  for (const PlanPart& part : plan->parts) {
    for (const PlanRows* rows : {&part.training, &part.validation}) {
      EXPECT_EQ(rows->rows.num_rows(), rows->labels.size());
      EXPECT_EQ(rows->weights.size(), rows->labels.size());
      EXPECT_TRUE(std::ranges::all_of(rows->labels, [](double l) { return l >= 0 && l <= 1; }));
    }
    EXPECT_EQ(part.training.rows.num_columns(), plan->encoder.columns().size());
  }
}

TEST(TrainingPlan, TheFinalPartIsEveryRowBeforeTheCutoffWithItsOutcomeWhereKnown) {
  const Planned& plan = AtTheCutoff();
  ASSERT_TRUE(plan.result());
  const TrainingMatrix matrix = plan.Matrix();
  const PlanRows& rows = plan->parts.back().training;
  EXPECT_EQ(plan->encoder, matrix.encoder);
  EXPECT_EQ(rows.rows.num_rows(), matrix.set.rows.size());
  std::size_t open = 0;
  for (std::size_t i = 0; i < matrix.set.rows.size(); ++i) {
    const TrainingRow& row = matrix.set.rows[i];
    if (row.KnownBefore(kCutoff)) {
      ASSERT_EQ(rows.labels[i], row.label());
    } else {
      ASSERT_GT(rows.labels[i], 0);
      ASSERT_LT(rows.labels[i], 1);
      ++open;
    }
  }
  EXPECT_GT(open, 0U);
}

TEST(TrainingPlan, IsTheSameOnAnyNumberOfThreads) {
  const Planned one(kCutoff, 1);
  const Planned& two = AtTheCutoff();
  ASSERT_TRUE(one.result() && two.result());
  ASSERT_EQ(one->parts.size(), two->parts.size());
  for (std::size_t k = 0; k < one->parts.size(); ++k) {
    EXPECT_EQ(one->parts[k].training.labels, two->parts[k].training.labels);
    EXPECT_EQ(one->parts[k].validation.weights, two->parts[k].validation.weights);
  }
}

TEST(TrainingPlan, GrowsTheDeepestTreesOfTheLadderAndSmallOnesWhereItHasNone) {
  const Planned& plan = AtTheCutoff();
  ASSERT_TRUE(plan.result());
  const SnapshotCounts counts = plan.Matrix().set.counts;
  std::string deepest;
  for (const CandidateSpec& spec : Ladder(counts.closed_deals, counts.won_deals)) {
    deepest = spec.family == Family::kTrees ? spec.name : deepest;
  }
  EXPECT_EQ(plan->spec.name, deepest);

  const Planned few(domain::StartOf(domain::MakeDate(2023, 12, 18)));
  ASSERT_TRUE(few.result()) << few.result().error().ToString();
  const SnapshotCounts early = few.Matrix().set.counts;
  for (const CandidateSpec& spec : Ladder(early.closed_deals, early.won_deals)) {
    ASSERT_NE(spec.family, Family::kTrees) << early.closed_deals << " closed deals";
  }
  EXPECT_EQ(few->spec.family, Family::kTrees);
  EXPECT_EQ(few->spec.trees.depth, 3);
}

TEST(TrainingPlan, IsRefusedBeforeEnoughDealsHaveClosed) {
  const Planned early(domain::StartOf(domain::MakeDate(2023, 8, 14)));
  ASSERT_FALSE(early.result());
  EXPECT_EQ(early.result().error().code(), ErrorCode::kRefused);
  const Planned before_all(domain::StartOf(domain::MakeDate(2023, 1, 2)));
  ASSERT_FALSE(before_all.result());
  EXPECT_EQ(before_all.result().error().code(), ErrorCode::kBadInput);
}

}  // namespace
}  // namespace ri::training
