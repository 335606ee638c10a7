#include "synthetic/salesforce_id.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace ri::synthetic {
namespace {

// By hand: 00150 and 00000 have no upper-case letter (A, A); in Gv7qJ the first and the fifth are
// upper case: 1 + 16 = 17, the 18th character of the alphabet.
TEST(SalesforceIdTest, SuffixMatchesAnExampleWorkedByHand) {
  const auto suffix = CaseSafeSuffix("0015000000Gv7qJ");
  EXPECT_EQ(std::string(suffix.begin(), suffix.end()), "AAR");
}

TEST(SalesforceIdTest, SuffixEncodesUpperCaseLetters) {
  const auto all = CaseSafeSuffix("ABCDEABCDEABCDE");
  EXPECT_EQ(std::string(all.begin(), all.end()), "555");
  const auto none = CaseSafeSuffix("abcde0123456789");
  EXPECT_EQ(std::string(none.begin(), none.end()), "AAA");
}

TEST(SalesforceIdTest, NumbersComeBack) {
  for (const std::uint64_t number : {0ULL, 1ULL, 61ULL, 62ULL, 123'456'789ULL, 13'000'000'000ULL}) {
    const SalesforceId id = MakeSalesforceId(key_prefix::kOpportunity, number);
    EXPECT_EQ(SalesforceNumber(key_prefix::kOpportunity, View(id)), number);
    EXPECT_EQ(SalesforceNumber(key_prefix::kOpportunity, View(id).substr(0, 15)), number);
    EXPECT_EQ(SalesforceNumber(key_prefix::kAccount, View(id)), std::nullopt);
  }
}

TEST(SalesforceIdTest, ForeignTextsHaveNoNumber) {
  for (const std::string_view text : {"", "006", "006Sy0000000001IAB", "006Xy0000000001IAA",
                                      "006Sy00000000-1", "006Sy0000000001IAA "}) {
    EXPECT_EQ(SalesforceNumber(key_prefix::kOpportunity, text), std::nullopt) << text;
  }
}

TEST(SalesforceIdTest, IdsStayDifferentWhenCaseIsLost) {
  std::set<std::string> folded;
  constexpr std::uint64_t kIds = 62 * 62;
  for (std::uint64_t number = 0; number < kIds; ++number) {
    std::string id(View(MakeSalesforceId(key_prefix::kTask, number)));
    for (char& character : id) {
      character =
          character >= 'a' && character <= 'z' ? static_cast<char>(character - 32) : character;
    }
    folded.insert(id);
  }
  EXPECT_EQ(folded.size(), kIds);
}

}  // namespace
}  // namespace ri::synthetic
