#include "data/stored_text.h"

#include <gtest/gtest.h>

#include <string>

namespace ri::data {
namespace {

// Cases from the Unicode Standard, table 3-7, and the ill-formed examples of section 3.9.
TEST(CheckText, AcceptsWellFormedText) {
  for (const std::string& text :
       {std::string(), std::string("plain"), std::string("\x01\x7f"), std::string("\xC2\x80"),
        std::string("\xDF\xBF"), std::string("\xE0\xA0\x80"), std::string("\xED\x9F\xBF"),
        std::string("\xEE\x80\x80"), std::string("\xEF\xBF\xBF"), std::string("\xF0\x90\x80\x80"),
        std::string("\xF4\x8F\xBF\xBF"),
        std::string("long enough for words \xE2\x82\xAC, twice")}) {
    EXPECT_TRUE(CheckText(text, "It").has_value()) << text;
  }
}

TEST(CheckText, RefusesEverythingElseAndSaysWhere) {
  for (const std::string& text :
       {std::string("\x80"), std::string("\xC0\x80"), std::string("\xC1\xBF"), std::string("\xC2"),
        std::string("\xE0\x9F\xBF"), std::string("\xED\xA0\x80"), std::string("\xE2\x82"),
        std::string("\xF0\x8F\xBF\xBF"), std::string("\xF4\x90\x80\x80"), std::string("\xF5\x80"),
        std::string("\xFF"), std::string(1, '\0'), std::string("12345678\0", 9)}) {
    EXPECT_EQ(CheckText(text, "It").error().code(), ErrorCode::kBadInput) << text;
  }
  EXPECT_NE(CheckText("12345678abc\xff", "It").error().message().find("byte 12"),
            std::string::npos);
}

TEST(CheckKey, LimitsTheLength) {
  EXPECT_TRUE(CheckKey(std::string(kMaxKeyBytes, 'k')).has_value());
  EXPECT_FALSE(CheckKey(std::string(kMaxKeyBytes + 1, 'k')).has_value());
  EXPECT_FALSE(CheckKey("").has_value());
  EXPECT_FALSE(CheckKey("\xff").has_value());
}

TEST(StorableText, RepairsAndShortensAtCharacterBorders) {
  EXPECT_EQ(StorableText("abc", 10), "abc");
  EXPECT_EQ(StorableText("abc", 2), "ab");
  EXPECT_EQ(StorableText("a\xE2\x82\xAC", 3), "a");
  EXPECT_EQ(StorableText("a\xE2\x82\xAC", 4), "a\xE2\x82\xAC");
  EXPECT_EQ(StorableText(std::string("a\0b\xff", 4), 20),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
}

}  // namespace
}  // namespace ri::data
