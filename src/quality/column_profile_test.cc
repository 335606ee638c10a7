#include "quality/column_profile.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace ri::quality {
namespace {

ColumnProfile Profile(const std::vector<std::string>& values) { return ProfileColumn("c", values); }

/// `count` texts, all different, made from a pattern with one %.
std::vector<std::string> Different(const std::string& pattern, std::size_t count) {
  const std::size_t mark = pattern.find('%');
  std::vector<std::string> values;
  for (std::size_t i = 0; i < count; ++i) {
    values.push_back(pattern.substr(0, mark) + std::to_string(i) + pattern.substr(mark + 1));
  }
  return values;
}

std::vector<std::string> Joined(std::vector<std::string> values,
                                const std::vector<std::string>& more) {
  values.insert(values.end(), more.begin(), more.end());
  return values;
}

TEST(ColumnProfile, RecognisesTypes) {
  const auto type_of = [](const std::vector<std::string>& values) { return Profile(values).type; };
  EXPECT_EQ(type_of({"1", "2.5", "-3", ""}), ColumnType::kNumber);
  EXPECT_EQ(type_of({"1.234,50", "7", "12,5"}), ColumnType::kNumber);
  EXPECT_EQ(type_of({"yes", "No", "No"}), ColumnType::kFlag);
  EXPECT_EQ(type_of({"2024-01-05", "2024-02-05T10:00:00Z", "n/a"}), ColumnType::kDate);
  EXPECT_EQ(type_of({"13.02.2024", "01.03.2024"}), ColumnType::kDate);
  EXPECT_EQ(type_of({"02/13/2024", "03/01/2024"}), ColumnType::kDate);
  EXPECT_EQ(type_of({"", "N/A", "null"}), ColumnType::kEmpty);
  EXPECT_EQ(type_of({}), ColumnType::kEmpty);
  EXPECT_EQ(type_of({"a", "b", "a", "b", "c", "c"}), ColumnType::kCategory);
  EXPECT_EQ(type_of({"0061A", "0062B", "0063C", "0064D"}), ColumnType::kIdentifier);
  EXPECT_EQ(type_of({"met on Monday", "no answer yet", "asked for a price"}), ColumnType::kText);
}

TEST(ColumnProfile, AFlagSaysBothYesAndNo) {
  EXPECT_EQ(Profile({"ja", "nein", "ja"}).type, ColumnType::kFlag);
  EXPECT_EQ(Profile({"1.0", "0.0", "1.0", "1.0"}).type, ColumnType::kFlag) << "of spreadsheets";
  EXPECT_NE(Profile({"yes", "y", "yes", "y"}).type, ColumnType::kFlag) << "nobody said no";
  EXPECT_NE(Profile({"yes", "yes"}).type, ColumnType::kFlag);
  EXPECT_NE(Profile({"yes", "no", "perhaps"}).type, ColumnType::kFlag);
}

TEST(ColumnProfile, ATypingErrorInFiftyDoesNotDecideAType) {
  const std::vector<std::string> numbers = Different("%.5", 98);
  EXPECT_EQ(Profile(Joined(numbers, {"12a", "x7"})).type, ColumnType::kNumber);
  EXPECT_NE(Profile(Joined(numbers, {"12a", "x7", "7x"})).type, ColumnType::kNumber);
  std::vector<std::string> days(98, "2024-01-05");
  EXPECT_EQ(Profile(Joined(days, {"soon", "later"})).type, ColumnType::kDate);
  EXPECT_NE(Profile(Joined(days, {"soon", "later", "never"})).type, ColumnType::kDate);
}

TEST(ColumnProfile, CategoriesAreFewAndComeAgain) {
  const std::vector<std::string> thousand = Different("label %", 1000);
  EXPECT_EQ(Profile(Joined(thousand, thousand)).type, ColumnType::kCategory);
  const std::vector<std::string> more = Different("label %", 1001);
  EXPECT_EQ(Profile(Joined(more, more)).type, ColumnType::kText);
  EXPECT_EQ(Profile(Joined(thousand, {"label 1", "label 2"})).type, ColumnType::kText);
}

TEST(ColumnProfile, CountsWhatIsThere) {
  const ColumnProfile profile = Profile({"7", "-2", " ", "7", "Unknown", "abc", "1,5"});
  EXPECT_EQ(profile.name, "c");
  EXPECT_EQ(profile.rows, 7U);
  EXPECT_EQ(profile.filled, 5U);
  EXPECT_EQ(profile.distinct, 4U);
  EXPECT_EQ(profile.lowest, -2);
  EXPECT_EQ(profile.highest, 7);
  const ColumnProfile texts = Profile({"a", "b"});
  EXPECT_EQ(texts.lowest, 0);
  EXPECT_EQ(texts.highest, 0);
}

TEST(ColumnProfile, ShowsTheEightMostFrequentValuesTiesByText) {
  std::vector<std::string> values = {"rare"};
  for (const char* value : {"i", "h", "g", "f", "e", "d", "c", "b"}) {
    values.insert(values.end(), 2, value);
  }
  values.insert(values.end(), 3, "z");
  const ColumnProfile profile = Profile(values);
  std::vector<std::pair<std::string, std::size_t>> expected = {{"z", 3}};
  for (const char* value : {"b", "c", "d", "e", "f", "g", "h"}) {
    expected.emplace_back(value, 2);
  }
  EXPECT_EQ(profile.top, expected);
  EXPECT_EQ(profile.distinct, 10U);
}

TEST(ColumnProfile, TypesHaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const ColumnType type :
       {ColumnType::kEmpty, ColumnType::kNumber, ColumnType::kDate, ColumnType::kFlag,
        ColumnType::kCategory, ColumnType::kIdentifier, ColumnType::kText}) {
    EXPECT_TRUE(names.insert(TypeName(type)).second) << TypeName(type);
  }
}

TEST(IsMissing, KnowsWhatExportsWriteForNothing) {
  for (const char* text :
       {"", "  ", "\t", "N/A", "na", " NULL ", "None", "-", "--", "Select", "unknown", "NaN"}) {
    EXPECT_TRUE(IsMissing(text)) << text;
  }
  for (const char* text : {"0", "no", "false", "---", "unknown reason", "selected", "x"}) {
    EXPECT_FALSE(IsMissing(text)) << text;
  }
}

TEST(AsNumber, ReadsDecimalsAsPeopleWriteThem) {
  EXPECT_EQ(AsNumber(" 12.5 "), 12.5);
  EXPECT_EQ(AsNumber("1.234,50"), 1234.5);
  EXPECT_EQ(AsNumber("1e3"), 1000);
  for (const char* text : {"", "inf", "nan", "1e999", "12 apples", "1-2"}) {
    EXPECT_EQ(AsNumber(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace ri::quality
