#include "base/keyed_hash.h"

#include <gtest/gtest.h>

namespace ri::base {
namespace {

// The designers' own vectors (SipHash reference implementation, vectors_sip128): key 00..0f, inputs
// of no byte and of the one byte 00.
TEST(KeyedHash, IsSipHash) {
  HashKey key;
  for (std::size_t i = 0; i < key.size(); ++i) {
    key[i] = static_cast<unsigned char>(i);
  }
  EXPECT_EQ(ToHex(KeyedHash(key, "")), "a3817f04ba25a8e66df67214c7550293");
  EXPECT_EQ(ToHex(KeyedHash(key, std::string_view("\0", 1))), "da87c1d86b99af44347659119b22fc45");
}

TEST(KeyedHash, KeysAreRandomAndComeBackFromText) {
  const HashKey key = RandomHashKey();
  EXPECT_NE(key, RandomHashKey());
  HashKey again;
  ASSERT_TRUE(FromHex(ToHex(key), again));
  EXPECT_EQ(again, key);
  EXPECT_FALSE(FromHex("12", again));
  EXPECT_FALSE(FromHex(std::string(32, 'z'), again));
}

}  // namespace
}  // namespace ri::base
