#include "synthetic/truth_oracle.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "synthetic/deal_export.h"
#include "synthetic/salesforce_id.h"

namespace ri::synthetic {
namespace {

TruthOracle MakeOracle(const std::string& scenario) {
  GeneratorOptions options;
  options.scenario = scenario;
  options.deals = 600;
  options.quarters = 6;
  return *TruthOracle::Create(options);
}

/// Deals with a living Monday, and that Monday.
struct Living {
  std::size_t deal;
  domain::Date monday;
};
std::vector<Living> LivingMondays(TruthOracle& oracle, std::size_t stride) {
  std::vector<Living> living;
  for (std::size_t deal = 0; deal < oracle.num_deals(); deal += stride) {
    const DealRecord& record = oracle.Record(deal);
    if (!record.episodes.empty()) {
      const domain::Date monday =
          oracle.company().calendar().Monday(record.episodes.front().path.first_week);
      if (monday <= oracle.company().as_of()) {
        living.push_back({deal, monday});
      }
    }
  }
  return living;
}

TEST(TruthOracleTest, FindsDealsByLongAndShortId) {
  const TruthOracle oracle = MakeOracle("clean");
  const SalesforceId id = MakeSalesforceId(key_prefix::kOpportunity, OpportunityNumber(41));
  EXPECT_EQ(oracle.FindDeal(View(id)).value(), 41u);
  EXPECT_EQ(oracle.FindDeal(View(id).substr(0, 15)).value(), 41u);
  const SalesforceId duplicate = MakeSalesforceId(key_prefix::kOpportunity, DuplicateNumber(41));
  for (const std::string_view text : {View(duplicate), std::string_view("nonsense")}) {
    const auto found = oracle.FindDeal(text);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code(), ErrorCode::kNotFound);
  }
}

TEST(TruthOracleTest, AnswersOnlyForMondaysOnWhichTheDealWasOpen) {
  TruthOracle oracle = MakeOracle("clean");
  const Living living = LivingMondays(oracle, 1).at(10);
  EXPECT_TRUE(oracle.At(living.deal, living.monday));
  EXPECT_FALSE(oracle.At(living.deal, living.monday + std::chrono::days(1)));
  EXPECT_FALSE(oracle.At(living.deal, living.monday - std::chrono::days(7)));
  EXPECT_FALSE(oracle.At(living.deal, domain::MakeDate(1999, 1, 4)));
  EXPECT_FALSE(oracle.At(living.deal, oracle.company().as_of() + std::chrono::days(7)));
}

// Each cause moves the chance to win the way its description says, for every deal.
TEST(TruthOracleTest, CausesHaveTheirDirection) {
  TruthOracle oracle = MakeOracle("realistic");
  struct Case {
    Cause cause;
    double amount;
    int sign;
  };
  const std::vector<Case> cases = {
      {Cause::kEngagement, 1, +1}, {Cause::kQuality, 0.5, +1},  {Cause::kAccountFit, 0.5, +1},
      {Cause::kRepSkill, 0.3, +1}, {Cause::kContacts, 1, +1},   {Cause::kAmount, 0.7, -1},
      {Cause::kSponsor, 1, +1},    {Cause::kCompetitor, 1, -1}, {Cause::kExistingCustomer, 1, +1},
      {Cause::kLeadSource, 1, +1}, {Cause::kAlive, -1, -1}};
  const std::vector<Living> deals = LivingMondays(oracle, 29);
  ASSERT_GT(deals.size(), 15u);
  for (const Living& living : deals) {
    const double before = oracle.At(living.deal, living.monday)->truth.win_ever;
    for (const Case& c : cases) {
      const CausalMove move{c.cause, c.amount};
      const double after = oracle.At(living.deal, living.monday, {&move, 1})->truth.win_ever;
      EXPECT_GE(c.sign * (after - before), 0) << CauseName(c.cause) << " " << CauseUnit(c.cause);
      const CausalMove back{c.cause, -c.amount};
      const double reversed = oracle.At(living.deal, living.monday, {&back, 1})->truth.win_ever;
      EXPECT_LE(c.sign * (reversed - before), 0) << CauseName(c.cause);
      EXPECT_NE(after, reversed) << CauseName(c.cause);
    }
  }
}

TEST(TruthOracleTest, AnEarlierDecisionAndALaterStageBringTheWinForward) {
  TruthOracle oracle = MakeOracle("clean");
  int sooner = 0;
  int compared = 0;
  for (const Living& living : LivingMondays(oracle, 13)) {
    const double before = oracle.At(living.deal, living.monday)->truth.win_by_quarter_end;
    const CausalMove stage{Cause::kStage, 2};
    EXPECT_GE(oracle.At(living.deal, living.monday, {&stage, 1})->truth.win_by_quarter_end, before);
    const CausalMove later{Cause::kDecisionDate, 30};
    const double postponed =
        oracle.At(living.deal, living.monday, {&later, 1})->truth.win_by_quarter_end;
    sooner += postponed <= before ? 1 : 0;
    ++compared;
  }
  EXPECT_GT(sooner, 0.9 * compared);
}

TEST(TruthOracleTest, NothingMovesTheChanceWithoutSignal) {
  TruthOracle oracle = MakeOracle("no-signal");
  for (const Living& living : LivingMondays(oracle, 61)) {
    const double before = oracle.At(living.deal, living.monday)->truth.win_ever;
    for (int c = 0; c < kCauses; ++c) {
      const auto cause = static_cast<Cause>(c);
      if (cause != Cause::kAlive) {
        const CausalMove move{cause, 1};
        EXPECT_NEAR(oracle.At(living.deal, living.monday, {&move, 1})->truth.win_ever, before, 1e-9)
            << CauseName(cause);
      }
    }
  }
}

TEST(TruthOracleTest, RefusesOptionsThatMakeNoSense) {
  GeneratorOptions options;
  options.scenario = "utopia";
  EXPECT_EQ(TruthOracle::Create(options).error().code(), ErrorCode::kUsage);
}

}  // namespace
}  // namespace ri::synthetic
