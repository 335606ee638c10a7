#include "ingest/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/presets.h"

namespace ri::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kSmall = R"(name = "our-crm"
currency = "EUR"

[[file]]
noun = "deal"
match = ["deals*.csv"]
never_use = ["Loss Reason"]
[file.columns]
id = "Id"
created = "Created"
outcome = "Status"
amount = { column = ["Value", "Amount"], scale = 2, optional = true }
[file.outcome]
won = ["Won"]
lost = ["Lost"]
[file.custom]
Region = "category"
)";

TEST(ParseMapping, ReadsWhatItIsGiven) {
  const auto mapping = ParseMapping(kSmall, "our.toml");
  ASSERT_TRUE(mapping.has_value()) << mapping.error().ToString();
  EXPECT_EQ(mapping->name, "our-crm");
  ASSERT_EQ(mapping->files.size(), 1U);
  const FileMapping& file = mapping->files[0];
  EXPECT_EQ(file.noun, Noun::kDeal);
  EXPECT_THAT(file.columns.at(Role::kAmount).columns, ElementsAre("Value", "Amount"));
  EXPECT_TRUE(file.columns.at(Role::kAmount).optional);
  EXPECT_EQ(file.columns.at(Role::kAmount).scale, 2);
  EXPECT_THAT(file.never_use, ElementsAre("Loss Reason"));
  EXPECT_EQ(file.custom.at(0),
            (std::pair<std::string, CustomType>("Region", CustomType::kCategory)));
}

TEST(ParseMapping, NamesKeyAndLineOfEveryMistake) {
  struct Case {
    std::string from;
    std::string to;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"currency =", "curency =", "our.toml line 2: unknown key \"curency\""},
      {"never_use =", "never_uses =", "line 7: unknown key \"never_uses\""},
      {"created =", "creation =", "line 10: unknown key \"creation\""},
      {"optional = true", "optionl = true", "unknown key \"optionl\" in amount"},
      {"noun = \"deal\"", "noun = \"dael\"", "noun = \"dael\" is unknown"},
      {"id = \"Id\"\n", "", "which column is \"id\""},
      {"created = \"Created\"\n", "", "creation time"},
      {"\"EUR\"", "\"EURO\"", "three-letter code"},
      {"\"category\"", "\"categories\"", "\"Region\" must be"},
      {"[\"Loss Reason\"]", "[\"Status\"]", "both used and in never_use"},
      {"won = [\"Won\"]\nlost = [\"Lost\"]\n", "", "which values mean won"},
      {"name = \"our-crm\"\n", "", "name must say"},
      {"scale = 2", "scale = \"2\"", "scale must be a number"},
      {"[[file]]", "[[file]", "is not TOML"},
  };
  for (const Case& each : cases) {
    std::string text(kSmall);
    const std::size_t at = text.find(each.from);
    ASSERT_NE(at, std::string::npos) << each.from;
    text.replace(at, each.from.size(), each.to);
    const auto mapping = ParseMapping(text, "our.toml");
    ASSERT_FALSE(mapping.has_value()) << each.to;
    EXPECT_EQ(mapping.error().code(), ErrorCode::kBadInput);
    EXPECT_THAT(mapping.error().message(), HasSubstr(each.message));
    EXPECT_THAT(mapping.error().message(), HasSubstr("our.toml line "));
  }
}

TEST(ParseMapping, ReadsRulesAndClocks) {
  const auto log = ParseMapping(R"(name = "log"
[[file]]
noun = "event_log"
[file.columns]
deal = "case"
time = "at"
[[file.rule]]
emit = "activity.call"
when = { what = ["CALL*"] }
[[file.rule]]
emit = "stage"
from = "what"
stop = false
)",
                                "log.toml");
  ASSERT_TRUE(log.has_value()) << log.error().ToString();
  EXPECT_EQ(log->files[0].rules.size(), 2U);
  EXPECT_FALSE(log->files[0].rules[1].stop);
  const auto wrong = ParseMapping(R"(name = "log"
[[file]]
noun = "event_log"
[file.columns]
deal = "case"
time = "at"
[[file.rule]]
emit = "stage"
)",
                                  "log.toml");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_THAT(wrong.error().message(), HasSubstr("needs from"));
}

TEST(LoadPreset, EveryPresetIsAValidMapping) {
  for (const Preset& preset : Presets()) {
    const auto mapping = LoadPreset(preset.name);
    ASSERT_TRUE(mapping.has_value()) << mapping.error().ToString();
    EXPECT_EQ(mapping->name, preset.name);
  }
  EXPECT_EQ(LoadPreset("no-such-crm").error().code(), ErrorCode::kNotFound);
}

TEST(MatchesPattern, KnowsStarsAndQuestionMarks) {
  EXPECT_TRUE(MatchesPattern("*", ""));
  EXPECT_TRUE(MatchesPattern("?*", "x"));
  EXPECT_FALSE(MatchesPattern("?*", ""));
  EXPECT_TRUE(MatchesPattern("a*b*c", "AxxBxxC"));
  EXPECT_FALSE(MatchesPattern("a*b*c", "axxbxx"));
  EXPECT_TRUE(MatchesPattern("*.csv", "deals.CSV"));
  EXPECT_FALSE(MatchesPattern("", "x"));
}

}  // namespace
}  // namespace ri::ingest
