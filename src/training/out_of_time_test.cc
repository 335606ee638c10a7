#include "training/out_of_time.h"

#include <gtest/gtest.h>

#include <map>
#include <mutex>

#include "base/random.h"
#include "domain/probability.h"

namespace ri::training {
namespace {

const domain::Timestamp kCutoff = domain::StartOf(domain::MakeDate(2026, 1, 5));

/// Undated deals, one a day, whose chance depends on the first of three columns.
TrainingMatrix Deals(std::uint32_t count) {
  TrainingMatrix matrix;
  matrix.set.all_undated = true;
  matrix.encoded = base::Matrix<float>(count, 3);
  base::RandomStream random(7, "out of time test");
  for (std::uint32_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      matrix.encoded(i, j) = static_cast<float>(random.Normal());
    }
    TrainingRow row;
    row.key = {.deal = i, .as_of = kCutoff - std::chrono::days(count - i)};
    const double chance = domain::Logistic(1.5 * matrix.encoded(i, 0));
    row.outcome = random.Bernoulli(chance) ? features::Outcome::kWon : features::Outcome::kLost;
    row.outcome_visible = row.key.as_of;
    row.undated = true;
    row.cluster = i;
    matrix.set.rows.push_back(row);
  }
  return matrix;
}

class MemoryFits : public FitStore {
 public:
  std::optional<std::string> Find(const std::string& key) override {
    const std::scoped_lock lock(mutex_);
    const auto found = kept.find(key);
    return found == kept.end() ? std::nullopt : std::optional(found->second);
  }
  void Keep(const std::string& key, const std::string& value) override {
    const std::scoped_lock lock(mutex_);
    kept[key] = value;
    ++made;
  }
  std::map<std::string, std::string> kept;
  int made = 0;

 private:
  std::mutex mutex_;
};

class OutOfTime : public testing::Test {
 protected:
  OutOfTimeResult Judge(FitStore* fits, int threads) {
    const OutOfTimeOptions options{.cutoff = kCutoff, .num_threads = threads, .fits = fits};
    const std::vector<Origin> origins = RollingOrigins(matrix_.set.rows, kCutoff, {});
    EXPECT_EQ(origins.size(), 4U);
    auto result = CollectOutOfTime(matrix_, {}, origins, options, base::Progress::Silent());
    EXPECT_TRUE(result);
    EXPECT_TRUE(
        JudgeCandidates(matrix_, Ladder(600, 300), options, *result, base::Progress::Silent()));
    return *std::move(result);
  }
  static void ExpectSame(const OutOfTimeResult& a, const OutOfTimeResult& b) {
    ASSERT_EQ(a.candidates.size(), b.candidates.size());
    for (std::size_t i = 0; i < a.candidates.size(); ++i) {
      EXPECT_EQ(a.candidates[i].margins, b.candidates[i].margins) << a.candidates[i].spec.name;
      EXPECT_EQ(a.candidates[i].rounds, b.candidates[i].rounds);
    }
  }

  TrainingMatrix matrix_ = Deals(900);
};

TEST_F(OutOfTime, TheNumberOfThreadsChangesNothing) {
  ExpectSame(Judge(nullptr, 1), Judge(nullptr, 2));
}

// A training that was killed after some fits, or after a fit was half written, ends as if it had
// never been stopped, and makes only what is missing.
TEST_F(OutOfTime, AStoppedTrainingGoesOnWhereItWas) {
  MemoryFits fits;
  const OutOfTimeResult whole = Judge(&fits, 2);
  const int all = fits.made;
  EXPECT_EQ(all, static_cast<int>(4 * whole.candidates.size()));
  ExpectSame(whole, Judge(&fits, 2));
  EXPECT_EQ(fits.made, all) << "everything was found";

  auto first = fits.kept.begin();
  fits.kept.erase(first);
  auto& half = fits.kept.begin()->second;
  half.resize(half.size() / 2);
  ExpectSame(whole, Judge(&fits, 2));
  EXPECT_EQ(fits.made, all + 2);
}

TEST_F(OutOfTime, PlainXgboostIsJudgedOnTheSameRows) {
  const OutOfTimeOptions options{.cutoff = kCutoff};
  OutOfTimeResult judged = Judge(nullptr, 1);
  const CandidateSpec plain = PlainXgboost();
  ASSERT_TRUE(JudgeCandidates(matrix_, {&plain, 1}, options, judged, base::Progress::Silent()));
  EXPECT_EQ(judged.candidates.back().spec.name, "plain XGBoost");
  EXPECT_EQ(judged.candidates.back().margins.size(), judged.rows.rows.size());
  EXPECT_EQ(judged.candidates.back().rounds.front(), 100);
}

TEST(Variants, StayWithinTheBudgetAndHaveNamesOfTheirOwn) {
  const std::vector<CandidateSpec> ladder = Ladder(5000, 2000);
  for (const CandidateSpec& spec : ladder) {
    EXPECT_TRUE(Variants(spec, 0).empty());
    std::map<std::string, int> names{{spec.name, 1}};
    for (const CandidateSpec& variant : Variants(spec, 32)) {
      EXPECT_EQ(++names[variant.name], 1) << variant.name;
    }
    EXPECT_LE(Variants(spec, 3).size(), 3U);
  }
}

}  // namespace
}  // namespace ri::training
