#include "quality/leakage_audit.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "quality/column_profile.h"

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

TEST(ColumnProfile, RecognisesTypes) {
  const auto type_of = [](std::vector<std::string> values) {
    return ProfileColumn("c", values).type;
  };
  EXPECT_EQ(type_of({"1", "2.5", "-3", ""}), ColumnType::kNumber);
  EXPECT_EQ(type_of({"yes", "No", "No"}), ColumnType::kFlag);
  EXPECT_EQ(type_of({"2024-01-05", "2024-02-05T10:00:00Z", "n/a"}), ColumnType::kDate);
  EXPECT_EQ(type_of({"", "N/A", "null"}), ColumnType::kEmpty);
  EXPECT_EQ(type_of({"a", "b", "a", "b", "c", "c"}), ColumnType::kCategory);
  EXPECT_EQ(type_of({"0061A", "0062B", "0063C", "0064D"}), ColumnType::kIdentifier);
}

}  // namespace
}  // namespace ri::quality
