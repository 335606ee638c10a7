#include "base/signature.h"

#include <gtest/gtest.h>

namespace ri::base {
namespace {

// RFC 8032, section 7.1, test 2: one byte, 0x72.
constexpr std::string_view kSeed =
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
constexpr std::string_view kPublic =
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
constexpr std::string_view kSigned =
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

TEST(Signature, IsThatOfTheStandard) {
  const auto key = SigningKeyFrom(std::string(kSeed) + std::string(kPublic));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->public_key, kPublic);
  EXPECT_EQ(Sign(*key, "r").value(), kSigned);
  EXPECT_TRUE(VerifySignature(kPublic, "r", kSigned));
}

TEST(Signature, HoldsForNoOtherBytesKeyOrSpelling) {
  EXPECT_FALSE(VerifySignature(kPublic, "s", kSigned));
  EXPECT_FALSE(VerifySignature(kPublic, "", kSigned));
  std::string capital(kSigned);
  capital[2] = 'A';
  EXPECT_FALSE(VerifySignature(kPublic, "r", capital));
  EXPECT_FALSE(VerifySignature(NewSigningKey().public_key, "r", kSigned));
  EXPECT_FALSE(VerifySignature("", "r", ""));
}

TEST(Signature, KnowsABrokenKey) {
  const SigningKey key = NewSigningKey();
  EXPECT_EQ(SigningKeyFrom(key.secret_key)->public_key, key.public_key);
  EXPECT_FALSE(SigningKeyFrom(key.secret_key.substr(1)));
  std::string other = key.secret_key;
  other.back() = other.back() == '0' ? '1' : '0';
  EXPECT_FALSE(SigningKeyFrom(other)) << "the halves belong together";
}

}  // namespace
}  // namespace ri::base
