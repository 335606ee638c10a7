#include "features/reason_sentence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "features/custom_features.h"
#include "features/feature_engine.h"
#include "features/reason_phrases.h"

namespace ri::features {
namespace {

FeatureDefinition Entry(const std::string& name) {
  const auto catalogue = FullCatalogue();
  const auto found = std::ranges::find(catalogue, name, &FeatureDefinition::name);
  EXPECT_NE(found, catalogue.end()) << name;
  return *found;
}

std::string Say(const std::string& name, double value) {
  return ReasonSentence(Entry(name), {}, static_cast<float>(value));
}

TEST(ReasonSentence, ReadsLikeEnglish) {
  EXPECT_EQ(Say("days_since_two_way_touch", 19), "No two-way contact for 19 days");
  EXPECT_EQ(Say("days_since_two_way_touch", 1), "No two-way contact for 1 day");
  EXPECT_EQ(Say("days_in_stage", 2.54), "In this stage for 2.5 days");
  EXPECT_EQ(Say("days_since_two_way_touch", 0), "Two-way contact today");
  EXPECT_EQ(Say("meetings_28d", 0), "No meeting in 28 days");
  EXPECT_EQ(Say("meetings_28d", 1), "1 meeting in 28 days");
  EXPECT_EQ(Say("emails_in_7d", 3), "3 emails from the buyer in 7 days");
  EXPECT_EQ(Say("account_open_deals", 1), "1 other deal is open at this account");
  EXPECT_EQ(Say("account_open_deals", 4), "4 other deals are open at this account");
  EXPECT_EQ(Say("next_meeting_planned", 0), "No next meeting is planned");
  EXPECT_EQ(Say("next_meeting_planned", 1), "A next meeting is planned");
}

TEST(ReasonSentence, TellsTheSignInWords) {
  EXPECT_EQ(Say("days_to_commit", 12), "The close date in the CRM is 12 days ahead");
  EXPECT_EQ(Say("days_to_commit", -1), "The close date in the CRM passed 1 day ago");
  EXPECT_EQ(Say("last_amount_change_sign", -1), "The last change lowered the amount");
}

TEST(ReasonSentence, PutsLogarithmsAndSharesOnTheirOwnScale) {
  EXPECT_EQ(Say("log_amount", std::log1p(1'250'000)), "The amount is 1,250,000");
  EXPECT_EQ(Say("amount_change", std::log(1.5)),
            "The amount has risen to 1.5 times its first value");
  EXPECT_EQ(Say("amount_change", std::log(.5)),
            "The amount has fallen to 0.5 times its first value");
  EXPECT_EQ(FeatureLabel(Entry("log_employees")), "employees");
  EXPECT_EQ(Say("log_amount", std::numeric_limits<double>::quiet_NaN()), "Amount is not known");
  EXPECT_EQ(Say("share_fields_filled", .834), "83 % of the fields are filled");
}

TEST(ReasonSentence, SaysWhatIsNotKnownAndNamesOwnColumnsWithoutTheirPrefix) {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(Say("days_to_next_meeting", missing), "Days to next meeting is not known");
  FeatureDefinition own;
  own.name = "custom.Lead_Score__c.win_rate";
  EXPECT_EQ(FeatureLabel(own), "Lead Score: win rate");
  own.name = "custom.account.Tier";
  EXPECT_EQ(FeatureLabel(own), "Tier of the account");
  EXPECT_EQ(ReasonSentence(own, {}, NAN), "Tier of the account is not known");
}

TEST(ReasonSentence, ShowsTheLabelOfACategory) {
  const std::vector<std::string> labels = {"Demo", "Quote"};
  EXPECT_EQ(ReasonSentence(Entry("stage"), labels, 1), "The stage is Quote");
  EXPECT_EQ(ValueText(Entry("stage"), labels, 0), "Demo");
}

std::string SayInGerman(const std::string& name, double value) {
  return ReasonSentence(Entry(name), {}, static_cast<float>(value), base::Language::kGerman);
}

TEST(ReasonSentence, ReadsLikeGerman) {
  EXPECT_EQ(SayInGerman("days_since_two_way_touch", 19),
            "Seit 19 Tagen kein Austausch mit dem Käufer");
  EXPECT_EQ(SayInGerman("days_since_two_way_touch", 1), "Seit 1 Tag kein Austausch mit dem Käufer");
  EXPECT_EQ(SayInGerman("days_in_stage", 2.54), "Seit 2,5 Tagen in dieser Stufe");
  EXPECT_EQ(SayInGerman("meetings_28d", 0), "Kein Termin in 28 Tagen");
  EXPECT_EQ(SayInGerman("emails_in_7d", 3), "3 E-Mails vom Käufer in 7 Tagen");
  EXPECT_EQ(SayInGerman("days_to_commit", -1), "Das Abschlussdatum im CRM ist seit 1 Tag vorbei");
  EXPECT_EQ(SayInGerman("log_amount", std::log1p(1'250'000)), "Der Betrag ist 1.250.000");
  EXPECT_EQ(SayInGerman("share_fields_filled", .834), "83 % der Felder sind gefüllt");
  EXPECT_EQ(SayInGerman("calls_28d", std::numeric_limits<double>::quiet_NaN()),
            "Anrufe in 28 Tagen: nicht bekannt");
}

TEST(ReasonSentence, HasEverySentenceAndNameOfTheCatalogueInGerman) {
  for (const FeatureDefinition& definition : FullCatalogue()) {
    if (definition.name.starts_with("custom.")) {
      continue;
    }
    EXPECT_NE(SentenceTemplate(definition, base::Language::kGerman), definition.sentence)
        << definition.name;
    EXPECT_NE(GermanFeatureName(definition.name), "") << definition.name;
  }
}

TEST(ReasonSentence, TellsOwnColumnsInGermanByTheNameTheCompanyGaveThem) {
  for (const FeatureDefinition& definition : CustomFeatureTemplates()) {
    const std::string german = SentenceTemplate(definition, base::Language::kGerman);
    EXPECT_NE(german, definition.sentence) << definition.name;
    EXPECT_TRUE(base::HaveSamePlaces(definition.sentence, german)) << german;
    EXPECT_NE(german.find('<'), std::string::npos) << german;
  }
  FeatureDefinition own;
  own.name = "custom.account.Fit_Score__c.type2.win_rate";
  own.unit = "share";
  own.sentence = "{value} of earlier deals with this Fit Score were won";
  EXPECT_EQ(ReasonSentence(own, {}, .25F, base::Language::kGerman),
            "25 % der früheren Deals mit gleichem Wert von Fit Score wurden gewonnen");
}

}  // namespace
}  // namespace ri::features
