#include "quality/outcome_column.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace ri::quality {
namespace {

/// Columns with their names.
using Table = std::vector<std::pair<std::string, std::vector<std::string>>>;

std::optional<OutcomeColumn> Guess(const Table& table) {
  std::vector<ColumnProfile> profiles;
  std::vector<std::vector<std::string>> columns;
  for (const auto& [name, values] : table) {
    profiles.push_back(ProfileColumn(name, values));
    columns.push_back(values);
  }
  return GuessOutcome(profiles, columns);
}

const std::vector<std::string> kStages = {"Proposal",    "Closed Won", "",
                                          "Closed Lost", "N/A",        "Closed Won"};
const std::vector<std::string> kFlags = {"1", "0", "1", "", "0", "1"};

TEST(GuessOutcome, FindsTheColumnWhoseWordsMeanWonAndLost) {
  const auto found = Guess({{"amount", {"1", "2", "3", "4", "5", "6"}}, {"phase", kStages}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->column, 1U);
  EXPECT_EQ(found->won, (std::set<std::string>{"Closed Won"}));
  EXPECT_EQ(found->lost, (std::set<std::string>{"Closed Lost"})) << "blanks and N/A are no ending";
  EXPECT_FALSE(found->reason.empty());
}

TEST(GuessOutcome, WordsSayMoreThanFlagsWhereverTheyStand) {
  const auto before = Guess({{"phase", kStages}, {"converted", kFlags}});
  const auto after = Guess({{"converted", kFlags}, {"phase", kStages}});
  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->column, 0U);
  EXPECT_EQ(after->column, 1U);
  EXPECT_EQ(before->won, after->won);
}

TEST(GuessOutcome, FlagsCountOnlyUnderANameThatSpeaksOfAnOutcomeAndTheFirstIsTaken) {
  EXPECT_FALSE(Guess({{"newsletter", kFlags}}));
  const auto found = Guess({{"newsletter", kFlags}, {"converted", kFlags}, {"is_won", kFlags}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->column, 1U);
  EXPECT_EQ(found->won, (std::set<std::string>{"1"}));
  EXPECT_EQ(found->lost, (std::set<std::string>{"0"}));
}

TEST(GuessOutcome, NeedsBothEndings) {
  EXPECT_FALSE(Guess({{"stage", {"Closed Won", "Closed Won"}}}));
  EXPECT_FALSE(Guess({{"stage", {"Closed Won", "Proposal"}}}));
  EXPECT_FALSE(Guess({{"result", {"", "N/A"}}}));
  EXPECT_FALSE(Guess({}));
}

TEST(GuessOutcome, ManyDifferentTextsAreRemarksAndNoOutcome) {
  std::vector<std::string> texts = {"won", "lost"};
  while (texts.size() < 40) {
    texts.push_back("stage " + std::to_string(texts.size()));
  }
  EXPECT_TRUE(Guess({{"stage", texts}}));
  texts.emplace_back("one more");
  EXPECT_FALSE(Guess({{"stage", texts}}));
}

}  // namespace
}  // namespace ri::quality
