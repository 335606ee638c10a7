#include "quality/leakage_audit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"

namespace ri::quality {
namespace {

struct Sample {
  std::vector<std::string> honest, zero_when_lost, filled_when_lost, rounded, strong;
  std::unique_ptr<bool[]> won;
  std::size_t rows = 0;
};

Sample MakeSample(std::size_t rows) {
  Sample sample;
  sample.rows = rows;
  sample.won = std::make_unique<bool[]>(rows);
  base::RandomStream random(3, "leakage audit test");
  for (std::size_t i = 0; i < rows; ++i) {
    const bool won = random.Bernoulli(0.4);
    sample.won[i] = won;
    sample.honest.push_back(
        std::to_string(random.Below(500) + (random.Bernoulli(won ? 0.6 : 0.4) ? 500 : 0)));
    sample.zero_when_lost.push_back(won ? std::to_string(100 + random.Below(900)) : "0");
    sample.filled_when_lost.push_back(!won && random.Bernoulli(0.1) ? "EUR" : "");
    const bool exact = random.Bernoulli(won ? 0.7 : 0.2);
    sample.rounded.push_back(std::to_string(1000 * (1 + random.Below(50)) + (exact ? 37 : 0)));
    sample.strong.push_back(random.Bernoulli(0.96) == won ? "called back" : "silent");
  }
  return sample;
}

TEST(LeakageAudit, FindsPlantedLeaksAndSparesTheHonestColumn) {
  const Sample sample = MakeSample(4000);
  const std::vector<AuditedColumn> columns = {
      {"budget", sample.honest},          {"worth", sample.zero_when_lost},
      {"price", sample.filled_when_lost}, {"amount", sample.rounded},
      {"remark", sample.strong},          {"LastModifiedDate", sample.honest}};
  const auto found = AuditLeakage(columns, {sample.won.get(), sample.rows});
  for (const LeakSuspicion& suspicion : found) {
    SCOPED_TRACE(suspicion.column + ": " + suspicion.evidence);
    EXPECT_NE(suspicion.column, "budget");
  }
  ASSERT_EQ(found.size(), 5U);
  EXPECT_EQ(found[0].column, "worth");
  EXPECT_EQ(found[0].kind, LeakKind::kPureValue);
  EXPECT_EQ(found[1].column, "price");
  EXPECT_EQ(found[1].kind, LeakKind::kPureValue);
  EXPECT_EQ(found[2].column, "amount");
  EXPECT_EQ(found[2].kind, LeakKind::kRoundness);
  EXPECT_EQ(found[3].column, "remark");
  EXPECT_EQ(found[3].kind, LeakKind::kStrength);
  EXPECT_EQ(found[4].column, "LastModifiedDate");
  EXPECT_EQ(found[4].kind, LeakKind::kName);
}

TEST(LeakageAudit, SaysNothingWithOneOutcome) {
  const std::vector<std::string> values(50, "1");
  const auto won = std::make_unique<bool[]>(50);
  const std::vector<AuditedColumn> columns = {{"closed_value", values}};
  EXPECT_TRUE(AuditLeakage(columns, {won.get(), 50}).empty());
}

TEST(SuspiciousName, SplitsWordsAtCaseAndPunctuation) {
  EXPECT_TRUE(SuspiciousName("Total Days Identified Through Closing"));
  EXPECT_TRUE(SuspiciousName("LEAK_last_modified_by"));
  EXPECT_TRUE(SuspiciousName("lost_reason__c"));
  EXPECT_FALSE(SuspiciousName("Client Size By Revenue"));
  EXPECT_FALSE(SuspiciousName("Stage"));
  EXPECT_FALSE(SuspiciousName("vintage"));
}

/// What the audit says about one column.
std::optional<LeakSuspicion> SuspicionOf(const std::string& name,
                                         const std::vector<std::string>& values,
                                         const std::vector<char>& outcomes) {
  const auto won = std::make_unique<bool[]>(outcomes.size());
  std::ranges::copy(outcomes, won.get());
  const std::vector<AuditedColumn> columns = {{name, values}};
  const auto found = AuditLeakage(columns, {won.get(), outcomes.size()});
  return found.empty() ? std::nullopt : std::optional(found.front());
}

/// Every second deal is won.
std::vector<char> Alternating(std::size_t rows) {
  std::vector<char> won(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    won[i] = i % 2 == 0 ? 1 : 0;
  }
  return won;
}

// No single value is frequent enough to tell; that there is any tells everything.
TEST(LeakageAudit, AColumnFilledForOneOutcomeOnlyIsFoundWhateverItHolds) {
  constexpr std::size_t kRows = 1000;
  const auto column = [](std::size_t filled_from, const auto& value) {
    std::vector<std::string> values;
    for (std::size_t i = 0; i < kRows; ++i) {
      values.push_back(i % 4 == filled_from ? value(i) : "");
    }
    return values;
  };
  const auto manager = [](std::size_t i) { return "manager " + std::to_string(i % 120); };
  const auto contract = [](std::size_t i) { return "C-" + std::to_string(10'000 + i); };
  const auto signed_on = [](std::size_t i) {
    return "2024-0" + std::to_string(1 + i % 9) + "-1" + std::to_string(i % 10);
  };
  const auto remark = [](std::size_t i) { return "they said " + std::to_string(i) + " things"; };
  const std::vector<char> won = Alternating(kRows);
  const auto expect_found = [&](const auto& value) {
    const auto when_won = SuspicionOf("c", column(0, value), won);
    ASSERT_TRUE(when_won) << value(0);
    EXPECT_EQ(when_won->kind, LeakKind::kPureValue);
    EXPECT_EQ(when_won->evidence, "it is filled in 250 rows, 250 of them won");
    const auto when_lost = SuspicionOf("c", column(1, value), won);
    ASSERT_TRUE(when_lost) << value(0);
    EXPECT_EQ(when_lost->evidence, "it is filled in 250 rows, 250 of them lost");
    // Filled every fifth row, of both outcomes.
    std::vector<std::string> both;
    for (std::size_t i = 0; i < kRows; ++i) {
      both.push_back(i % 5 == 0 ? value(i) : "");
    }
    EXPECT_FALSE(SuspicionOf("c", both, won)) << value(0);
  };
  expect_found(manager);
  expect_found(contract);
  expect_found(signed_on);
  expect_found(remark);
}

TEST(LeakageAudit, RoundAmountsThatAreWonAsOftenAsExactOnesAreNoLeak) {
  std::vector<std::string> amounts;
  for (std::size_t i = 0; i < 1000; ++i) {
    amounts.push_back(std::to_string(1000 * (1 + i % 50) + (i % 4 < 2 ? 37 : 0)));
  }
  EXPECT_FALSE(SuspicionOf("amount", amounts, Alternating(1000)));
}

TEST(LeakageAudit, AFewRowsOfOneOutcomeAreChance) {
  std::vector<std::string> values(1000, "");
  for (const std::size_t row : {10, 110, 210, 310, 410}) {
    values[row] = "special";
  }
  EXPECT_FALSE(SuspicionOf("c", values, Alternating(1000)));
}

TEST(LeakageAudit, KindsHaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const LeakKind kind :
       {LeakKind::kName, LeakKind::kPureValue, LeakKind::kStrength, LeakKind::kRoundness}) {
    EXPECT_TRUE(names.insert(LeakKindName(kind)).second) << LeakKindName(kind);
  }
}

}  // namespace
}  // namespace ri::quality
