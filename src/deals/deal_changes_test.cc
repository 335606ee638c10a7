#include "deals/deal_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/log_builder.h"

namespace ri::deals {
namespace {

using data::EntityKind;
using testing::ElementsAre;
using testing::IsEmpty;
namespace names = data::attribute;

constexpr std::int64_t kDay = 86'400'000;

class DealChangesTest : public ::testing::Test {
 protected:
  void Contact(std::int64_t time, const std::string& contact, const std::string& role) {
    log_.Reference(EntityKind::kDeal, "d", names::kContactRole, time, EntityKind::kContact,
                   contact);
    if (!role.empty()) {
      log_.Text(EntityKind::kDeal, "d", names::kContactRoleName, time, role);
    }
  }
  std::vector<std::string> Labels(std::int64_t since = -kDay,
                                  base::Language language = base::Language::kEnglish) {
    const data::EventLog log = log_.Build();
    std::vector<std::string> labels;
    for (const DealChange& change :
         ChangesIn({.log = log,
                    .as_of = domain::TimestampFromMilliseconds(100 * kDay),
                    .currency = domain::Currency::Usd(),
                    .language = language},
                   0, domain::TimestampFromMilliseconds(since))) {
      labels.push_back(change.label);
    }
    return labels;
  }
  features::LogBuilder log_;
};

TEST_F(DealChangesTest, ValuesComeWithWhatTheyReplace) {
  log_.Created("d", 0);
  log_.Stage("d", kDay, "Discovery");
  log_.Stage("d", 2 * kDay, "Proposal");
  log_.Stage("d", 3 * kDay, "Proposal");
  log_.CommitDate("d", 4 * kDay, 20'000);
  EXPECT_THAT(Labels(),
              ElementsAre("Created", "Stage set to Discovery", "Stage from Discovery to Proposal",
                          "Commit date set to 2024-10-04"));
  EXPECT_THAT(Labels(2 * kDay), ElementsAre("Commit date set to 2024-10-04"));
}

TEST_F(DealChangesTest, MoneyHasTheDigitsOfItsCurrency) {
  log_.Text(EntityKind::kDeal, "d", names::kCurrency, 0, "USD");
  log_.Amount("d", kDay, 120'000);
  log_.Text(EntityKind::kDeal, "d", names::kCurrency, 2 * kDay, "JPY");
  log_.Amount("d", 3 * kDay, 5'000);
  EXPECT_THAT(Labels(2 * kDay), ElementsAre("Amount from 120,000 JPY to 5,000 JPY"));
  EXPECT_THAT(Labels(0)[0], "Amount set to 1,200.00 USD");
}

TEST_F(DealChangesTest, AnAmountThatArrivesWithItsCurrencyIsInIt) {
  log_.Amount("d", kDay, 120'000);
  log_.Text(EntityKind::kDeal, "d", names::kCurrency, kDay, "JPY");
  EXPECT_THAT(Labels(), ElementsAre("Amount set to 120,000 JPY", "Currency set to JPY"));
}

TEST_F(DealChangesTest, PeopleJoinADealEachWithARoleOfTheirOwn) {
  Contact(kDay, "anna", "Decision Maker");
  Contact(2 * kDay, "ben", "Influencer");
  Contact(3 * kDay, "cleo", "");
  EXPECT_THAT(Labels(), ElementsAre("Contact joined as Decision Maker",
                                    "Contact joined as Influencer", "Contact joined"));
  EXPECT_THAT(Labels(kDay), ElementsAre("Contact joined as Influencer", "Contact joined"));
  EXPECT_THAT(Labels(2 * kDay, base::Language::kGerman), ElementsAre("Kontakt hinzugekommen"));
}

TEST_F(DealChangesTest, SeveralWhoJoinAtOnceWithOneRoleAreSeveral) {
  Contact(kDay, "anna", "User");
  Contact(kDay, "ben", "User");
  // One fact of a role is left of two equal ones of the same instant.
  EXPECT_THAT(Labels(), ElementsAre("Contact joined as User", "Contact joined"));
}

TEST_F(DealChangesTest, AContactWhoIsKnownAlreadyJoinsOnceAndMayChangeRole) {
  Contact(kDay, "anna", "User");
  Contact(5 * kDay, "anna", "User");
  Contact(9 * kDay, "anna", "Economic Buyer");
  EXPECT_THAT(Labels(), ElementsAre("Contact joined as User", "Role of a contact: Economic Buyer"));
  EXPECT_THAT(Labels(9 * kDay), IsEmpty());
}

TEST_F(DealChangesTest, WhatIsNotKnownYetIsNotTold) {
  log_.Stage("d", {kDay, 200 * kDay}, "Discovery");
  EXPECT_THAT(Labels(), IsEmpty());
}

}  // namespace
}  // namespace ri::deals
