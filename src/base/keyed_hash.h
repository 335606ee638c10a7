#pragma once

/// SipHash-2-4 with 128 bits (Aumasson, Bernstein 2012) by libsodium: fingerprints that nobody can
/// compute or compare without the key.

#include <array>
#include <string>
#include <string_view>

namespace ri::base {

using HashKey = std::array<unsigned char, 16>;
using KeyedDigest = std::array<unsigned char, 16>;

/// A key from the operating system's randomness.
[[nodiscard]] HashKey RandomHashKey();
/// Cost: about 50 ns for a short text.
[[nodiscard]] KeyedDigest KeyedHash(const HashKey& key, std::string_view text);
/// Lower-case hexadecimal, 32 characters; also of a key.
[[nodiscard]] std::string ToHex(const KeyedDigest& digest);
/// The key that ToHex wrote; false when the text is none.
[[nodiscard]] bool FromHex(std::string_view text, HashKey& key);

}  // namespace ri::base
