#include "base/phrase.h"

#include <gtest/gtest.h>

namespace ri::base {
namespace {

TEST(Phrase, BothLanguagesNeedTheSamePlacesInEveryPart) {
  EXPECT_TRUE(HaveSamePlaces("{won} of {all}", "von {all} {won}"));
  EXPECT_TRUE(HaveSamePlaces("{value} day{s}||today", "{value} {Tag|Tage}||heute"));
  EXPECT_FALSE(HaveSamePlaces("{won} of {all}", "{won}"));
  EXPECT_FALSE(HaveSamePlaces("{won}", "{won} von {all}"));
  EXPECT_FALSE(HaveSamePlaces("{value}||today", "{value}"));
  EXPECT_FALSE(HaveSamePlaces("{value}||today", "heute||{value}"));
  EXPECT_FALSE(HaveSamePlaces("{value", "{value}"));
}

TEST(Phrase, PutsValuesWhereTheLanguageWantsThem) {
  constexpr Phrase kWon("{won} of {all} were won", "Von {all} wurden {won} gewonnen");
  EXPECT_EQ(Say(kWon, Language::kEnglish, {{"won", "3"}, {"all", "9"}}), "3 of 9 were won");
  EXPECT_EQ(Say(kWon, Language::kGerman, {{"won", "3"}, {"all", "9"}}), "Von 9 wurden 3 gewonnen");
  // What a value holds is never taken for a place.
  EXPECT_EQ(Say(kWon, Language::kEnglish, {{"won", "{all}"}, {"all", "9"}}), "{all} of 9 were won");
  EXPECT_EQ(Filled("{other} and {", {{"won", "3"}}), "{other} and {");
}

TEST(Phrase, WritesNumbersAsTheLanguageDoes) {
  EXPECT_EQ(NumberIn(Language::kGerman, "-1,250.5"), "-1.250,5");
  EXPECT_EQ(NumberIn(Language::kEnglish, "1,250.5"), "1,250.5");
  EXPECT_EQ(NumberIn(Language::kGerman, "v1.2"), "v1.2");
}

}  // namespace
}  // namespace ri::base
