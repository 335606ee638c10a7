#pragma once

/// Ed25519 signatures (RFC 8032) by libsodium: who holds the secret key wrote exactly these bytes.

#include <string>
#include <string_view>

#include "base/result.h"

namespace ri::base {

/// Both in lower-case hexadecimal; the secret one holds the public one in its second half.
struct SigningKey {
  std::string secret_key;  ///< 128 characters
  std::string public_key;  ///< 64 characters
};

inline constexpr std::size_t kPublicKeyDigits = 64;
inline constexpr std::size_t kSignatureDigits = 128;

/// From the operating system's randomness.
[[nodiscard]] SigningKey NewSigningKey();
/// kBadInput when the text is no secret key.
[[nodiscard]] Result<SigningKey> SigningKeyFrom(std::string_view secret_key);
/// In hexadecimal; the same key and bytes give the same signature. kBadInput for a broken key.
[[nodiscard]] Result<std::string> Sign(const SigningKey& key, std::string_view bytes);
/// False also for keys and signatures that are none; capital digits are none.
[[nodiscard]] bool VerifySignature(std::string_view public_key, std::string_view bytes,
                                   std::string_view signature);

}  // namespace ri::base
