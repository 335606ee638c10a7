#pragma once

/// Passwords and random tokens, by libsodium.

#include <string>
#include <string_view>

#include "base/result.h"

namespace ri::base {

/// 32 random bytes as 43 characters of unpadded base64url. The one place where randomness must not
/// be repeatable.
[[nodiscard]] std::string RandomToken();

/// Argon2id with libsodium's interactive limits (64 MiB, 2 passes; some 0.1 s of one core). The
/// result holds its own parameters and salt. At most two run at once, which bounds the memory that
/// strangers at the sign-in page can claim.
[[nodiscard]] Result<std::string> HashPassword(std::string_view password);

/// Takes as long for a wrong password as for a right one.
[[nodiscard]] bool VerifyPassword(const std::string& hash, std::string_view password);

/// Compares in a time that depends on the lengths only.
[[nodiscard]] bool EqualSecrets(std::string_view a, std::string_view b);

}  // namespace ri::base
