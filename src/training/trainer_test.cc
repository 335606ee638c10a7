#include "training/trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "training/company_fixture.h"

namespace ri::training {
namespace {

class Trained {
 public:
  explicit Trained(double strength, const TrainOptions& options = {})
      : Trained(CompanyOptions{.strength = strength}, options) {}
  explicit Trained(const CompanyOptions& company, TrainOptions options = {})
      : log_(Company(company)), engine_(log_, {}, 2) {
    options.bags = 2;
    options.bags_at_origins = 1;
    if (options.cutoff == domain::Timestamp{}) {
      options.cutoff = kCutoff;
    }
    auto result = Train(log_, engine_, options, base::Progress::Silent());
    EXPECT_TRUE(result) << (result ? "" : result.error().message());
    if (result) {
      result_ = *std::move(result);
    }
  }
  [[nodiscard]] const TrainingResult& operator*() const { return *result_; }
  [[nodiscard]] const TrainingResult* operator->() const { return &*result_; }
  /// The rows it learned from.
  [[nodiscard]] TrainingMatrix Matrix() const {
    auto matrix = BuildTrainingMatrix(log_, engine_, {.cutoff = kCutoff});
    EXPECT_TRUE(matrix);
    return *std::move(matrix);
  }
  [[nodiscard]] bool HasNote(const std::string& part) const {
    return std::ranges::any_of(result_->notes, [&](const std::string& note) {
      return note.find(part) != std::string::npos;
    });
  }
  [[nodiscard]] Gate GateNamed(const std::string& id) const {
    for (const Gate& gate : result_->gates) {
      if (gate.id == id) {
        return gate;
      }
    }
    ADD_FAILURE() << "no gate " << id;
    return {};
  }

 private:
  data::EventLog log_;
  features::FeatureEngine engine_;
  std::optional<TrainingResult> result_;
};

TEST(Train, ServesAModelOfASignalWithTheSameBytesOnAnyNumberOfThreads) {
  const Trained one(2, {.num_threads = 1});
  const Trained two(2, {.num_threads = 2});
  EXPECT_EQ(one->refusal, "");
  EXPECT_TRUE(one.GateNamed("G3").passed);
  EXPECT_TRUE(one.GateNamed("G10").passed);
  EXPECT_EQ(one->model.ToJson(), two->model.ToJson());
  ASSERT_TRUE(one->out_of_time.has_value());
  EXPECT_FALSE(one->comparisons.empty());
  EXPECT_TRUE(one->in_quarter.has_value());
}

TEST(Train, RefusesGuessesAndServesTheBaseRate) {
  const Trained trained(0);
  EXPECT_FALSE(trained->refusal.empty());
  EXPECT_FALSE(trained.GateNamed("G3").passed);
  EXPECT_EQ(trained->family, "base rate");
}

TEST(Train, ComparesWithTheChampionOnWhatNeitherHadSeen) {
  const domain::Timestamp earlier = kCutoff - std::chrono::weeks(30);
  const Trained champion(2, {.cutoff = earlier});
  ASSERT_EQ(champion->refusal, "");
  EXPECT_TRUE(champion->later.has_value()) << "outcomes after the cutoff are known by now";
  const Trained candidate(2, {.champion = Champion{.model = &champion->model, .cutoff = earlier}});
  ASSERT_EQ(candidate->refusal, "");
  for (const char* id : {"G5", "G6", "G7"}) {
    EXPECT_EQ(candidate.GateNamed(id).evidence.find("no champion"), std::string::npos) << id;
  }
  EXPECT_TRUE(candidate.GateNamed("G6").passed) << "the same world, more deals";
}

TEST(Train, TriesVariantsWhenAskedAndNamesWhatItChose) {
  const Trained plain(2);
  const Trained tuned(2, {.tuning_budget = 2});
  EXPECT_GT(tuned->ladder.size(), plain->ladder.size());
  EXPECT_EQ(std::ranges::count_if(tuned->ladder, &CandidateResult::chosen), 1);
}

TEST(Train, AnAllKnowingCrmIsShownToBeBetterThanTheModel) {
  const Trained trained(CompanyOptions{.crm_knows = true});
  const auto& compared = trained->comparisons;
  const auto crm = std::ranges::find(compared, "CRM probability", &Comparison::name);
  ASSERT_NE(crm, compared.end());
  EXPECT_EQ(crm->rows, trained->out_of_time->rows);
  EXPECT_NEAR(crm->log_loss.value, -std::log(0.95), 1e-6) << "right every time, by 95 %";
  EXPECT_LT(crm->difference.high, 0);
  const Trained silent(2);
  EXPECT_EQ(std::ranges::count(silent->comparisons, "CRM probability", &Comparison::name), 0);
  EXPECT_EQ(trained->model.ToJson(), silent->model.ToJson()) << "what it shows is no feature";
}

// Neither the amount nor the region says anything alone, and every deal ends when it was promised.
TEST(Train, FindsACrossedSignalByTreesAndKeptPromisesByTimingOfFeatures) {
  const Trained trained(CompanyOptions{
      .strength = 5, .deals = 450, .with_region = true, .crossed = true, .on_time = true});
  EXPECT_EQ(trained->refusal, "");
  EXPECT_EQ(trained->family, "trees");
  EXPECT_TRUE(trained.HasNote("Monotone constraints on"));
  EXPECT_TRUE(trained.HasNote("Timing by features"));
  const TrainingMatrix matrix = trained.Matrix();
  const std::size_t to_commit = *matrix.table.Find("days_to_commit");
  double open_before = 0;
  double open_after = 0;
  int rows = 0;
  for (std::size_t i = 0; i < matrix.set.rows.size(); ++i) {
    const auto days = static_cast<int>(matrix.table.values(i, to_commit));
    if (days < 14) {
      continue;
    }
    const auto outlook =
        trained->model.Look(matrix.encoded.row(i),
                            {.as_of = domain::DateOf(matrix.set.rows[i].key.as_of), .age_days = 0});
    ASSERT_TRUE(outlook);
    open_before += outlook->OpenAfter(days / 2).value();
    open_after += outlook->OpenAfter(days + 7).value();
    ++rows;
  }
  EXPECT_GT(open_before / rows, 0.8);
  EXPECT_LT(open_after / rows, 0.2);
}

TEST(Train, ABudgetOfRowsIsKeptAndSaid) {
  const Trained whole(2);
  const Trained thinned(2, {.max_rows = 800});
  EXPECT_EQ(whole->counts.rows, whole->counts.rows_before_thinning);
  EXPECT_EQ(thinned->counts.rows_before_thinning, whole->counts.rows);
  EXPECT_NEAR(static_cast<double>(thinned->counts.rows), 800, 4 * std::sqrt(400))
      << "four standard deviations of the coins";
  EXPECT_FALSE(whole.HasNote("Learned from"));
  EXPECT_TRUE(thinned.HasNote("Learned from"));
  EXPECT_EQ(thinned->refusal, "");
}

// A few dozen accounts behind the later weeks prove nothing: all accounts are asked, in turn.
TEST(Train, AsksAccountsHeldOutWhereFewStandBehindTheLaterWeeks) {
  const Trained few(CompanyOptions{.strength = 4, .deals = 130});
  EXPECT_EQ(few->refusal, "");
  EXPECT_TRUE(few.HasNote("asked of accounts held out"));
  EXPECT_NE(few.GateNamed("G3").evidence.find("base rate"), std::string::npos);
  EXPECT_EQ(std::ranges::count_if(few->ladder, &CandidateResult::chosen), 1);
  const Trained many(2);
  EXPECT_FALSE(many.HasNote("asked of accounts held out"));
  const Trained guesses(CompanyOptions{.strength = 0, .deals = 130});
  EXPECT_EQ(guesses->family, "base rate");
}

TEST(Train, StopsWhenAskedAndLeavesNothing) {
  class Stopped : public base::Progress {
    [[nodiscard]] bool cancelled() const override { return true; }
  };
  const data::EventLog log = Company({.strength = 2});
  const features::FeatureEngine engine(log, {}, 1);
  Stopped progress;
  const auto result = Train(log, engine, {.cutoff = kCutoff}, progress);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kCancelled);
}

TEST(Train, SaysWhatIsMissingBeforeAnyDealHasClosed) {
  const Trained trained(2, {.cutoff = domain::StartOf(domain::MakeDate(2023, 8, 7))});
  EXPECT_FALSE(trained.GateNamed("G2").passed);
  EXPECT_EQ(trained->family, "base rate");
  EXPECT_FALSE(trained->refusal.empty());
}

}  // namespace
}  // namespace ri::training
