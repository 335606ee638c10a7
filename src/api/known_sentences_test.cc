#include "api/known_sentences.h"

#include <gtest/gtest.h>

#include "api/problem.h"
#include "scoring/deal_rules.h"

namespace ri::api {
namespace {

std::string German(std::string_view english) {
  return InLanguage(base::Language::kGerman, english);
}

TEST(KnownSentences, AreSaidInGermanWithTheirValues) {
  EXPECT_EQ(German("There is no open deal 'D-7' that you can see."),
            "Es gibt keinen offenen Deal „D-7“, den Sie sehen dürfen.");
  EXPECT_EQ(German("The chance to miss 2026-12-31 is 93 in 100, against 71 for comparable deals. "
                   "Mostly: No two-way contact for 1 day; In this stage for 12.5 days."),
            "Die Chance, 2026-12-31 zu verfehlen, ist 93 von 100, gegen 71 bei vergleichbaren "
            "Deals. Vor allem: Seit 1 Tag kein Austausch mit dem Käufer; Seit 12,5 Tagen in dieser "
            "Stufe.");
  EXPECT_EQ(German("Days to next meeting is not known"),
            "Tage bis zum nächsten Termin: nicht bekannt");
  EXPECT_EQ(German("1,204 closed deals: 400 won, 804 lost; the base rate alone is known to +-2.6 "
                   "points"),
            "1.204 abgeschlossene Deals: 400 gewonnen, 804 verloren; allein die Grundquote ist auf "
            "+-2,6 Punkte bekannt");
  EXPECT_EQ(German("No signal found: log loss 0.6033 against 0.6204 of the base rate on 1001 "
                   "snapshots, told without their own account, of 34 accounts or deals: 2.8 % "
                   "better, with 97.5 % confidence at least -1.9 % (needed: 5 %); AUC 0.543, with "
                   "97.5 % confidence at least 0.427 (needed: more than 0.5)"),
            "Kein Signal gefunden: Log-Verlust 0,6033 gegen 0,6204 (Grundquote) auf 1001 "
            "Momentaufnahmen, beurteilt ohne den eigenen Kunden, von 34 Kunden oder Deals: 2,8 % "
            "besser, mit 97,5 % Sicherheit mindestens -1,9 % (nötig: 5 %); AUC 0,543, mit 97,5 % "
            "Sicherheit mindestens 0,427 (nötig: mehr als 0,5)");
  EXPECT_EQ(
      German("The first of 8 bags and the ridge fit, made again on another number of threads, "
             "has the same bytes"),
      "Der erste von 8 Säcken und die Ridge-Regression, mit einer anderen Zahl von Threads "
      "noch einmal gemacht, hat dieselben Bytes");
}

TEST(KnownSentences, StayEnglishAsAWholeWhenAnyPartIsUnknown) {
  for (const char* text : {"", "Nobody has ever said this.", "In this stage for 3 days; nor this",
                           "The chance to miss 2026-12-31 is 93 in 100, against 71 for comparable "
                           "deals. Mostly: Their own column is odd."}) {
    EXPECT_EQ(German(text), text);
  }
  EXPECT_EQ(InLanguage(base::Language::kEnglish, "is missing."), "is missing.");
}

TEST(KnownSentences, HaveEveryReasonOfARule) {
  const scoring::RuleFacts facts{.days_to_commit = -12,
                                 .stage_days_over_won_median = 2.5,
                                 .pushes = 3,
                                 .days_since_two_way_touch = 30,
                                 .amount_over_first = .5};
  for (std::size_t r = 0; r < scoring::kDealRules; ++r) {
    const auto rule = static_cast<scoring::DealRule>(r);
    const std::string english = scoring::RuleSentence(rule, facts) + ".";
    EXPECT_NE(German(english), english);
  }
}

TEST(KnownSentences, AreFoundInProblemsWithAllThatTheyComplainOf) {
  Response problem = Problem(400, "usage", "Some parameters are wrong.",
                             {{"limit", "must be a whole number from 1 to 1000."}});
  const std::string english = problem.body;
  TranslateProblem(base::Language::kEnglish, problem);
  EXPECT_EQ(problem.body, english);
  TranslateProblem(base::Language::kGerman, problem);
  EXPECT_EQ(problem.body,
            R"({"type":"/problems/usage","title":"Die Anfrage ergibt keinen Sinn","status":400,)"
            R"("code":"usage","detail":"Einige Parameter sind falsch.","errors":[{"where":"limit",)"
            R"("detail":"muss eine ganze Zahl von 1 bis 1000 sein."}]})");
}

}  // namespace
}  // namespace ri::api
