#include "monitoring/promotion_policy.h"

#include <gtest/gtest.h>

#include <array>

namespace ri::monitoring {
namespace {

const domain::FiscalCalendar kCalendar = domain::FiscalCalendar::Monthly();
const domain::Date kMidQuarter = domain::MakeDate(2026, 5, 15);

ShadowRecord Good() {
  return {.shadow_since = domain::MakeDate(2026, 4, 1),
          .gates_passed = true,
          .worse_by_at_most = 0.001,
          .crps_difference = -1000.0};
}

TEST(PromotionPolicy, TrainsOnceAMonth) {
  EXPECT_TRUE(TrainingDue(std::nullopt, kMidQuarter));
  EXPECT_FALSE(TrainingDue(kMidQuarter - std::chrono::days(27), kMidQuarter));
  EXPECT_TRUE(TrainingDue(kMidQuarter - std::chrono::days(28), kMidQuarter));
}

TEST(PromotionPolicy, PromotesOnEvidence) {
  EXPECT_TRUE(DecidePromotion(Good(), kMidQuarter, kCalendar).promote);
  ShadowRecord simpler = Good();
  simpler.crps_difference.reset();
  EXPECT_FALSE(DecidePromotion(simpler, kMidQuarter, kCalendar).promote);
  simpler.simpler = true;
  EXPECT_TRUE(DecidePromotion(simpler, kMidQuarter, kCalendar).promote);
}

TEST(PromotionPolicy, EachConditionAloneHoldsItBack) {
  ShadowRecord refused = Good();
  refused.gates_passed = false;
  EXPECT_FALSE(DecidePromotion(refused, kMidQuarter, kCalendar).promote);
  ShadowRecord young = Good();
  young.shadow_since = kMidQuarter - std::chrono::days(27);
  EXPECT_FALSE(DecidePromotion(young, kMidQuarter, kCalendar).promote);
  EXPECT_FALSE(DecidePromotion(Good(), domain::MakeDate(2026, 6, 10), kCalendar).promote);
  ShadowRecord unproven = Good();
  unproven.worse_by_at_most.reset();
  EXPECT_FALSE(DecidePromotion(unproven, kMidQuarter, kCalendar).promote);
  ShadowRecord worse = Good();
  worse.worse_by_at_most = 0.002;
  EXPECT_FALSE(DecidePromotion(worse, kMidQuarter, kCalendar).promote);
  for (const ShadowRecord& record : {refused, young, unproven, worse}) {
    EXPECT_FALSE(DecidePromotion(record, kMidQuarter, kCalendar).reason.empty());
  }
}

TEST(PromotionPolicy, RollsBackAfterTwoBreachesInARow) {
  EXPECT_FALSE(RollbackDue({}));
  EXPECT_FALSE(RollbackDue(std::array{true}));
  EXPECT_FALSE(RollbackDue(std::array{true, false, true}));
  EXPECT_TRUE(RollbackDue(std::array{false, true, true}));
}

}  // namespace
}  // namespace ri::monitoring
