#include "service/drift_decisions.h"

#include <gtest/gtest.h>

#include <cmath>

#include "book/book_test.h"

namespace ri::service {
namespace {

class DriftDecisionsTest : public book::testing::BookTest {};

TEST_F(DriftDecisionsTest, AFeatureTheModelDoesNotReadMovesNoDecision) {
  const std::vector<std::string> features = {"no such feature"};
  const auto drifts = MeasureDecisionDrift(*book_, features);
  ASSERT_TRUE(drifts.has_value()) << drifts.error().message();
  ASSERT_EQ(drifts->features.size(), 1U);
  EXPECT_EQ(drifts->features[0].points, 0);
  EXPECT_EQ(drifts->features[0].crossed, 0U);
  EXPECT_EQ(drifts->features[0].reranked, 0U);
}

// The shift is the same for all deals in log-odds, so the chances move in one direction, and a
// deal changes sides only where the chances moved.
TEST_F(DriftDecisionsTest, CountsNeverExceedTheDealsLookedAt) {
  const std::vector<std::string>& features =
      book_->prepared().model().parts().encoder.feature_names();
  const auto drifts = MeasureDecisionDrift(*book_, features);
  ASSERT_TRUE(drifts.has_value()) << drifts.error().message();
  ASSERT_EQ(drifts->features.size(), features.size());
  EXPECT_EQ(drifts->deals, std::min(book_->deals().size(), kMostJudged));
  std::size_t moved = 0;
  for (const DecisionDrift& drift : drifts->features) {
    EXPECT_TRUE(std::isfinite(drift.points)) << drift.feature;
    EXPECT_LE(drift.crossed, drifts->deals);
    EXPECT_LE(drift.reranked, drifts->first);
    if (drift.points == 0) {
      EXPECT_EQ(drift.crossed, 0U) << drift.feature;
    } else {
      ++moved;
    }
  }
  EXPECT_GT(moved, 0U);
}

}  // namespace
}  // namespace ri::service
