#include "scoring/deal_rules.h"

#include <gtest/gtest.h>

namespace ri::scoring {
namespace {

/// Facts on which every rule can be judged and none holds.
RuleFacts Healthy() {
  return {.days_to_commit = 20,
          .stage_days_over_won_median = 1,
          .pushes = 0,
          .buyer_contacts_28_days = 4,
          .stage_progress = 0.8,
          .days_since_two_way_touch = 3,
          .amount_over_first = 1,
          .owner_active = 1,
          .win_by_commit_chance = 0.4};
}

TEST(DealRules, NothingHoldsForAHealthyDealOrForAnUnknownOne) {
  EXPECT_TRUE(RulesThatHold(Healthy()).empty());
  EXPECT_TRUE(RulesThatHold(RuleFacts{}).empty());
}

TEST(DealRules, EachFactFiresItsOwnRule) {
  const auto only = [](auto change) {
    RuleFacts facts = Healthy();
    change(facts);
    const auto rules = RulesThatHold(facts);
    EXPECT_EQ(rules.size(), 1U);
    EXPECT_FALSE(RuleSentence(rules.at(0), facts).empty());
    return rules.at(0);
  };
  EXPECT_EQ(only([](RuleFacts& f) { f.days_to_commit = -1; }), DealRule::kOverdue);
  EXPECT_EQ(only([](RuleFacts& f) { f.stage_days_over_won_median = 2; }), DealRule::kStalled);
  EXPECT_EQ(only([](RuleFacts& f) { f.pushes = 3; }), DealRule::kPushed);
  EXPECT_EQ(only([](RuleFacts& f) { f.buyer_contacts_28_days = 1; }), DealRule::kSingleThreaded);
  EXPECT_EQ(only([](RuleFacts& f) { f.days_since_two_way_touch = 21; }), DealRule::kSilent);
  EXPECT_EQ(only([](RuleFacts& f) { f.amount_over_first = 0.7; }), DealRule::kShrunk);
  EXPECT_EQ(only([](RuleFacts& f) { f.owner_active = 0; }), DealRule::kOwnerLeft);
  EXPECT_EQ(only([](RuleFacts& f) { f.win_by_commit_chance = 0.01; }), DealRule::kDateNotCredible);
}

TEST(DealRules, MutedRulesStaySilent) {
  RuleFacts facts = Healthy();
  facts.pushes = 10;
  RuleSettings settings;
  settings.muted[static_cast<std::size_t>(DealRule::kPushed)] = true;
  EXPECT_TRUE(RulesThatHold(facts, settings).empty());
}

TEST(DealRules, SentencesCarryTheNumber) {
  RuleFacts facts = Healthy();
  facts.days_since_two_way_touch = 34;
  EXPECT_EQ(RuleSentence(DealRule::kSilent, facts), "No two-way contact for 34 days");
  EXPECT_EQ(RuleName(DealRule::kSilent), "silent");
}

}  // namespace
}  // namespace ri::scoring
