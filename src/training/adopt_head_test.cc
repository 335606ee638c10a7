#include "training/adopt_head.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "training/candidate.h"
#include "training/company_fixture.h"
#include "training/level.h"

namespace ri::training {
namespace {

struct World {
  explicit World(const CompanyOptions& company = {}) : log(Company(company)), engine(log, {}, 2) {}

  data::EventLog log;
  features::FeatureEngine engine;
};

TrainOptions Options(int num_threads = 2) {
  return {.cutoff = kCutoff, .num_threads = num_threads, .bags = 2, .bags_at_origins = 2};
}

Result<TrainingResult> Adopt(const World& world, const ForeignHead& foreign,
                             const TrainOptions& options = Options()) {
  return AdoptHead(world.log, world.engine, foreign, options, base::Progress::Silent());
}

/// What comes back from elsewhere: a file per bag, trained on the rows of the plan.
models::TreeEnsemble TrainPart(const TrainingPlan& plan, const PlanPart& part, int bags) {
  const auto data = [](const PlanRows& rows) {
    return models::LabelledRows{
        .rows = rows.rows.view(), .labels = rows.labels, .weights = rows.weights};
  };
  FitOptions fit{.seed = Options().seed, .bags = bags, .column_names = plan.encoder.ColumnNames()};
  if (plan.spec.fixed_rounds || part.validation.labels.empty()) {
    fit.rounds = plan.spec.trees.rounds;
  } else {
    fit.validation = data(part.validation);
  }
  const auto head = FitCandidate(plan.spec, data(part.training), fit, base::Progress::Silent());
  EXPECT_TRUE(head) << head.error().ToString();
  std::vector<models::TreeEnsemble> read;
  for (const std::string& json : head->xgboost_json) {
    auto trees = models::ReadXgboostJson(json);
    EXPECT_TRUE(trees);
    read.push_back(*std::move(trees));
  }
  return models::MeanOf(read);
}

TrainingPlan PlanOf(const World& world) {
  auto plan = MakeTrainingPlan(world.log, world.engine, Options(), base::Progress::Silent());
  EXPECT_TRUE(plan) << plan.error().ToString();
  return *std::move(plan);
}

ForeignHead TrainPlan(const TrainingPlan& plan) {
  ForeignHead foreign{.encoder = plan.encoder};
  for (const PlanPart& part : plan.parts) {
    models::TreeEnsemble trees = TrainPart(plan, part, Options().bags_at_origins);
    if (part.name == "final") {
      foreign.head = std::move(trees);
    } else {
      foreign.at_origins.emplace_back(std::move(trees));
    }
  }
  return foreign;
}

/// A ridge on the outcomes known until then.
ForeignHead SingleHead(const World& world, domain::Timestamp until) {
  const auto matrix = BuildTrainingMatrix(world.log, world.engine, {.cutoff = until});
  EXPECT_TRUE(matrix);
  std::vector<std::size_t> known;
  std::vector<double> labels;
  for (std::size_t i = 0; i < matrix->set.rows.size(); ++i) {
    if (matrix->set.rows[i].KnownBefore(until)) {
      known.push_back(i);
      labels.push_back(matrix->set.rows[i].label());
    }
  }
  const base::Matrix<float> rows = TakeRows(matrix->encoded, known);
  auto ridge =
      models::FitRidge({.rows = rows.view(), .labels = labels, .weights = {}}, {.penalty = 30});
  EXPECT_TRUE(ridge) << ridge.error().ToString();
  return {.head = *std::move(ridge), .encoder = matrix->encoder, .trained_until = until};
}

bool Passed(const TrainingResult& result, const std::string& id) {
  const auto gate = std::ranges::find(result.gates, id, &Gate::id);
  EXPECT_NE(gate, result.gates.end()) << id;
  return gate != result.gates.end() && gate->passed;
}

base::Matrix<float> RowsOf(const World& world, const models::FeatureEncoder& encoder) {
  const auto matrix = BuildTrainingMatrix(world.log, world.engine, {.cutoff = kCutoff});
  EXPECT_TRUE(matrix);
  return *encoder.Encode(matrix->table);
}

void ExpectBaseRate(const TrainingResult& result) {
  EXPECT_FALSE(result.refusal.empty());
  EXPECT_EQ(result.family, "base rate");
  EXPECT_TRUE(std::holds_alternative<models::BaseRate>(result.model.parts().head));
  EXPECT_FALSE(Passed(result, "G3"));
}

class AdoptedPlan : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new World();
    plan_ = new TrainingPlan(PlanOf(*world_));
    foreign_ = new ForeignHead(TrainPlan(*plan_));
  }
  static void TearDownTestSuite() {
    delete foreign_;
    delete plan_;
    delete world_;
  }

  static World* world_;
  static TrainingPlan* plan_;
  static ForeignHead* foreign_;
};

World* AdoptedPlan::world_ = nullptr;
TrainingPlan* AdoptedPlan::plan_ = nullptr;
ForeignHead* AdoptedPlan::foreign_ = nullptr;

TEST_F(AdoptedPlan, IsJudgedAsTheSameCandidateTrainedHere) {
  const auto here = Train(world_->log, world_->engine, Options(), base::Progress::Silent());
  const auto adopted = Adopt(*world_, *foreign_);
  ASSERT_TRUE(here && adopted);
  const auto rung = [](const TrainingResult& result, const std::string& name) {
    const auto found = std::ranges::find(result.ladder, name, &CandidateResult::name);
    EXPECT_NE(found, result.ladder.end()) << name;
    return found == result.ladder.end() ? CandidateResult{} : *found;
  };
  EXPECT_EQ(rung(*adopted, "model trained elsewhere").log_loss,
            rung(*here, plan_->spec.name).log_loss);
  for (const char* baseline : {"base rate", "stage table"}) {
    EXPECT_EQ(rung(*adopted, baseline).log_loss, rung(*here, baseline).log_loss);
  }
  EXPECT_EQ(adopted->out_of_time->rows, here->out_of_time->rows);
  EXPECT_EQ(adopted->counts.closed_deals, here->counts.closed_deals);
}

TEST_F(AdoptedPlan, ServesTheVeryTreesWithACalibrationOfItsOwn) {
  const auto adopted = Adopt(*world_, *foreign_);
  ASSERT_TRUE(adopted) << adopted.error().ToString();
  EXPECT_EQ(adopted->refusal, "");
  EXPECT_EQ(adopted->family, "trees");
  for (const char* gate : {"G1", "G2", "G3"}) {
    EXPECT_TRUE(Passed(*adopted, gate)) << gate;
  }
  EXPECT_EQ(std::ranges::count_if(adopted->ladder, &CandidateResult::chosen), 1);
  EXPECT_TRUE(adopted->ladder.back().chosen);
  const base::Matrix<float> rows = RowsOf(*world_, plan_->encoder);
  EXPECT_EQ(adopted->model.Margins(rows.view()), MarginsOf(foreign_->head, rows));
  EXPECT_TRUE(adopted->model.parts().timing.has_value());
  EXPECT_GT(adopted->model.parts().background.num_rows(), 0U);
  const auto back = models::DealOutcomeModel::FromJson(adopted->model.ToJson());
  ASSERT_TRUE(back) << back.error().ToString();
  EXPECT_EQ(back->Margins(rows.view()), adopted->model.Margins(rows.view()));
}

TEST_F(AdoptedPlan, HasTheSameBytesOnAnyNumberOfThreads) {
  const auto one = Adopt(*world_, *foreign_, Options(1));
  const auto two = Adopt(*world_, *foreign_, Options(2));
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->model.ToJson(), two->model.ToJson());
}

TEST_F(AdoptedPlan, WithAHeadTooFewIsNotOfThisData) {
  ForeignHead short_of_one = *foreign_;
  short_of_one.at_origins.pop_back();
  const auto adopted = Adopt(*world_, short_of_one);
  ASSERT_FALSE(adopted);
  EXPECT_EQ(adopted.error().code(), ErrorCode::kUsage);
}

TEST_F(AdoptedPlan, ThatGuessesIsRefusedAndTheBaseRateServed) {
  TrainingPlan shuffled = *plan_;
  base::RandomStream random(5, "shuffled labels");
  for (PlanPart& part : shuffled.parts) {
    for (double& label : part.training.labels) {
      label = random.Bernoulli(0.5) ? 1 : 0;
    }
  }
  const auto adopted = Adopt(*world_, TrainPlan(shuffled));
  ASSERT_TRUE(adopted) << adopted.error().ToString();
  ExpectBaseRate(*adopted);
  EXPECT_TRUE(Passed(*adopted, "G2")) << "there are deals enough";
  const base::Matrix<float> rows = RowsOf(*world_, plan_->encoder);
  const std::vector<double> margins = adopted->model.Margins(rows.view());
  EXPECT_TRUE(std::ranges::all_of(margins, [&](double m) { return m == margins.front(); }));
}

TEST_F(AdoptedPlan, StopsWhenAsked) {
  class Stopped : public base::Progress {
    [[nodiscard]] bool cancelled() const override { return true; }
  };
  Stopped progress;
  const auto adopted = AdoptHead(world_->log, world_->engine, *foreign_, Options(), progress);
  ASSERT_FALSE(adopted);
  EXPECT_EQ(adopted.error().code(), ErrorCode::kCancelled);
}

TEST(AdoptHead, ASingleModelIsJudgedOnWhatCameAfterItsTraining) {
  const World world;
  const ForeignHead foreign = SingleHead(world, kCutoff - std::chrono::weeks(40));
  const auto adopted = Adopt(world, foreign);
  ASSERT_TRUE(adopted) << adopted.error().ToString();
  EXPECT_EQ(adopted->refusal, "");
  EXPECT_EQ(adopted->family, "ridge");
  const base::Matrix<float> rows = RowsOf(world, foreign.encoder);
  EXPECT_EQ(adopted->model.Margins(rows.view()), MarginsOf(foreign.head, rows));
  ForeignHead later = foreign;
  later.trained_until = *foreign.trained_until + std::chrono::weeks(10);
  const auto judged_on_less = Adopt(world, later);
  ASSERT_TRUE(judged_on_less && judged_on_less->out_of_time);
  EXPECT_LT(judged_on_less->out_of_time->rows, adopted->out_of_time->rows);
}

TEST(AdoptHead, AsksUntilWhenASingleModelWasTrained) {
  const World world;
  ForeignHead foreign{.head = models::BaseRate()};
  for (const auto until : {std::optional<domain::Timestamp>(), std::optional(kCutoff)}) {
    foreign.trained_until = until;
    const auto adopted = Adopt(world, foreign);
    ASSERT_FALSE(adopted);
    EXPECT_EQ(adopted.error().code(), ErrorCode::kUsage);
  }
}

TEST(AdoptHead, WithoutOutcomesSinceItsTrainingNothingIsProven) {
  const World world;
  ForeignHead foreign = SingleHead(world, kCutoff - std::chrono::weeks(30));
  foreign.trained_until = kCutoff - std::chrono::days(1);
  const auto adopted = Adopt(world, foreign);
  ASSERT_TRUE(adopted) << adopted.error().ToString();
  ExpectBaseRate(*adopted);
  EXPECT_FALSE(adopted->out_of_time.has_value());
  EXPECT_TRUE(adopted->ladder.empty());
}

// It may come from another company, or from years that are not kept.
TEST(AdoptHead, AModelFromLongBeforeTheFirstDealIsJudgedAsSoonAsABaselineCanBe) {
  const World world;
  ForeignHead foreign = SingleHead(world, kCutoff - std::chrono::weeks(30));
  foreign.trained_until = domain::StartOf(domain::MakeDate(2019, 1, 1));
  const auto adopted = Adopt(world, foreign);
  ASSERT_TRUE(adopted) << adopted.error().ToString();
  EXPECT_EQ(adopted->refusal, "");
  EXPECT_EQ(adopted->family, "ridge");
}

TEST(AdoptHead, AFieldThatThisDataLacksIsMissingEverywhere) {
  const World with_region({.with_region = true});
  const ForeignHead foreign = SingleHead(with_region, kCutoff - std::chrono::weeks(40));
  const World without;
  const auto adopted = Adopt(without, foreign);
  ASSERT_TRUE(adopted) << adopted.error().ToString();
  std::vector<std::string> names;
  for (const features::FeatureDefinition& feature : adopted->model.parts().features) {
    names.push_back(feature.name);
  }
  EXPECT_EQ(names, foreign.encoder.feature_names());
  EXPECT_NE(std::ranges::find(names, "custom.region"), names.end());
  const base::Matrix<float> rows = RowsOf(without, foreign.encoder);
  EXPECT_EQ(adopted->model.Margins(rows.view()), MarginsOf(foreign.head, rows));
}

}  // namespace
}  // namespace ri::training
