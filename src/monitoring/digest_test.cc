#include "monitoring/digest.h"

#include <gtest/gtest.h>

namespace ri::monitoring {
namespace {

DriftReport Report(std::vector<std::string> drifted) {
  DriftReport report;
  for (std::string& name : drifted) {
    report.features.push_back({.name = std::move(name), .stability_index = 0.3, .drifted = true});
  }
  report.features.push_back({.name = "calm"});
  return report;
}

TEST(PersistentDrift, TellsAFeatureOnceAfterTwoOfThreeWeeks) {
  PersistentDrift drift;
  EXPECT_TRUE(drift.AddWeek(Report({"a"})).empty());
  EXPECT_TRUE(drift.AddWeek(Report({})).empty());
  const auto third = drift.AddWeek(Report({"a"}));
  ASSERT_EQ(third.size(), 1U);
  EXPECT_EQ(third[0].name, "a");
  EXPECT_TRUE(drift.AddWeek(Report({"a"})).empty()) << "told already";
}

TEST(PersistentDrift, TellsAgainAfterThreeCalmWeeks) {
  PersistentDrift drift;
  drift.AddWeek(Report({"a"}));
  EXPECT_EQ(drift.AddWeek(Report({"a"})).size(), 1U);
  for (int week = 0; week < 3; ++week) {
    drift.AddWeek(Report({}));
  }
  drift.AddWeek(Report({"a"}));
  EXPECT_EQ(drift.AddWeek(Report({"a"})).size(), 1U);
}

TEST(PersistentDrift, ComesBackFromItsJson) {
  PersistentDrift drift;
  drift.AddWeek(Report({"b", "a"}));
  auto read = PersistentDrift::FromJson(drift.ToJson());
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->AddWeek(Report({"a"})).size(), 1U);
  EXPECT_FALSE(PersistentDrift::FromJson("nothing").has_value());
}

TEST(Digest, PutsPagesFirstAndDriftLast) {
  const auto ordered = OrderFindings({{FindingKind::kDrift, "x", "", false},
                                      {FindingKind::kFreshness, "y", "", false},
                                      {FindingKind::kPerformance, "z", "", true}});
  EXPECT_EQ(ordered[0].subject, "z");
  EXPECT_EQ(ordered[1].subject, "y");
  EXPECT_EQ(ordered[2].subject, "x");
}

TEST(Digest, DriftNeverPages) {
  const Finding finding = DriftFinding({.name = "age",
                                        .stability_index = 3,
                                        .adjusted_p_value = 1e-20,
                                        .missing_before = 0.1,
                                        .missing_now = 0.5,
                                        .unknown_now = 0.2,
                                        .drifted = true});
  EXPECT_FALSE(finding.page);
  EXPECT_NE(finding.text.find("3.00"), std::string::npos);
  EXPECT_NE(finding.text.find("20 %"), std::string::npos);
  EXPECT_NE(finding.text.find("50 % now"), std::string::npos);
}

}  // namespace
}  // namespace ri::monitoring
