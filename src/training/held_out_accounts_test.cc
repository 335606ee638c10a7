#include "training/held_out_accounts.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "domain/probability.h"

namespace ri::training {
namespace {

constexpr std::uint32_t kDeals = 120;
constexpr std::uint32_t kDealsOfAnAccount = 3;
const domain::Timestamp kCutoff = domain::StartOf(domain::MakeDate(2026, 1, 5));
const OutOfTimeOptions kOptions{.cutoff = kCutoff};

/// Three deals an account; the first of three columns moves the log-odds by `strength`.
TrainingMatrix Company(double strength, std::uint64_t seed) {
  TrainingMatrix matrix;
  matrix.set.all_undated = true;
  matrix.encoded = base::Matrix<float>(kDeals, 3);
  base::RandomStream random(seed, "held out accounts test");
  for (std::uint32_t i = 0; i < kDeals; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      matrix.encoded(i, j) = static_cast<float>(random.Normal());
    }
    TrainingRow row;
    row.key = {.deal = i, .as_of = kCutoff - std::chrono::days(kDeals - i)};
    const double chance = domain::Logistic(strength * matrix.encoded(i, 0));
    row.outcome = random.Bernoulli(chance) ? features::Outcome::kWon : features::Outcome::kLost;
    row.outcome_visible = row.key.as_of;
    row.undated = true;
    row.cluster = i / kDealsOfAnAccount;
    matrix.set.rows.push_back(row);
  }
  return matrix;
}

CandidateSpec Ridge() {
  return {.name = "ridge", .family = Family::kRidge, .ridge = {.penalty = 10}};
}

Gate ProofBy(const TrainingMatrix& matrix) {
  const auto held = JudgeHeldOutAccounts(matrix, {}, Ridge(), kOptions);
  EXPECT_TRUE(held);
  SkillEvidence evidence;
  return SkillGate(held->model, ThresholdsOfHeldOutAccounts({}), 1, evidence);
}

TEST(JudgeHeldOutAccounts, AnAccountIsToldWithoutAnyOfItsOwnOutcomes) {
  TrainingMatrix matrix = Company(1.5, 1);
  const auto before = JudgeHeldOutAccounts(matrix, {}, Ridge(), kOptions);
  ASSERT_TRUE(before);
  constexpr std::uint32_t kAccount = 17;
  for (TrainingRow& row : matrix.set.rows) {
    if (row.cluster == kAccount) {
      row.outcome = row.label() > 0 ? features::Outcome::kLost : features::Outcome::kWon;
    }
  }
  const auto after = JudgeHeldOutAccounts(matrix, {}, Ridge(), kOptions);
  ASSERT_TRUE(after);
  int others_moved = 0;
  for (std::size_t i = 0; i < before->model.label.size(); ++i) {
    if (before->model.cluster[i] == kAccount) {
      EXPECT_EQ(after->model.model[i], before->model.model[i]);
      EXPECT_EQ(after->model.baseline[i], before->model.baseline[i]);
      EXPECT_NE(after->model.label[i], before->model.label[i]);
    } else if (after->model.model[i] != before->model.model[i]) {
      ++others_moved;
    }
  }
  EXPECT_GT(others_moved, static_cast<int>(kDeals) / 2)
      << "the outcomes of an account teach others";
}

TEST(JudgeHeldOutAccounts, EveryRowIsToldOnce) {
  const auto held = JudgeHeldOutAccounts(Company(1.5, 2), {}, Ridge(), kOptions);
  ASSERT_TRUE(held);
  EXPECT_EQ(held->model.label.size(), kDeals);
  EXPECT_TRUE(held->table.label.empty()) << "there are no stages";
  for (const std::vector<double>* told : {&held->model.model, &held->model.baseline}) {
    for (const double chance : *told) {
      EXPECT_GT(chance, 0);
      EXPECT_LT(chance, 1);
    }
  }
}

// Each proves itself with a chance of at most .02 (asked are 99 % on forty accounts): of 40, four
// or more by chance in less than one run of a hundred.
TEST(JudgeHeldOutAccounts, GuessesProveNothing) {
  int proven = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    proven += ProofBy(Company(0, seed)).passed ? 1 : 0;
  }
  EXPECT_LE(proven, 3);
}

// The same forty companies with a signal, of which three quarters and more are to be seen.
TEST(JudgeHeldOutAccounts, ASignalIsSeenOnForty) {
  int proven = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    proven += ProofBy(Company(1.5, seed)).passed ? 1 : 0;
  }
  EXPECT_GE(proven, 30);
}

TEST(JudgeHeldOutAccounts, AHandfulOfAccountsCannotBeHeldOut) {
  TrainingMatrix matrix = Company(1.5, 1);
  for (TrainingRow& row : matrix.set.rows) {
    row.cluster = 0;
  }
  const auto held = JudgeHeldOutAccounts(matrix, {}, Ridge(), kOptions);
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().code(), ErrorCode::kBadInput);
}

}  // namespace
}  // namespace ri::training
