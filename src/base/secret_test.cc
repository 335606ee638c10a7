#include "base/secret.h"

#include <gtest/gtest.h>

#include <set>

namespace ri::base {
namespace {

TEST(RandomToken, IsLongAndNeverTheSame) {
  std::set<std::string> tokens;
  for (int i = 0; i < 100; ++i) {
    const std::string token = RandomToken();
    EXPECT_EQ(token.size(), 43U);
    EXPECT_EQ(
        token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
        std::string::npos);
    tokens.insert(token);
  }
  EXPECT_EQ(tokens.size(), 100U);
}

TEST(HashPassword, IsVerifiedByThePasswordAloneAndSaltedAnew) {
  const auto first = HashPassword("correct horse");
  const auto second = HashPassword("correct horse");
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  EXPECT_EQ(first->find("horse"), std::string::npos);
  EXPECT_TRUE(VerifyPassword(*first, "correct horse"));
  EXPECT_TRUE(VerifyPassword(*second, "correct horse"));
  EXPECT_FALSE(VerifyPassword(*first, "correct horse "));
  EXPECT_FALSE(VerifyPassword("no hash at all", "correct horse"));
}

TEST(EqualSecrets, ComparesEveryCharacter) {
  EXPECT_TRUE(EqualSecrets("", ""));
  EXPECT_TRUE(EqualSecrets("abc", "abc"));
  EXPECT_FALSE(EqualSecrets("abc", "abd"));
  EXPECT_FALSE(EqualSecrets("abc", "ab"));
}

}  // namespace
}  // namespace ri::base
