#include "base/signature.h"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace ri::base {
namespace {

bool Ready() {
  static const bool kReady = sodium_init() >= 0;
  return kReady;
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

template <std::size_t kSize>
std::string Hex(const std::array<unsigned char, kSize>& bytes) {
  std::array<char, 2 * kSize + 1> text{};
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  return text.data();
}

/// Exactly the bytes, in lower-case digits: one key and one signature have one spelling.
template <std::size_t kSize>
bool FromHexExactly(std::string_view text, std::array<unsigned char, kSize>& bytes) {
  const bool digits = std::ranges::all_of(text, [](char digit) {
    return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
  });
  std::size_t size = 0;
  return digits && text.size() == 2 * kSize &&
         sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size,
                        nullptr) == 0 &&
         size == kSize;
}

}  // namespace

SigningKey NewSigningKey() {
  [[maybe_unused]] const bool ready = Ready();
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> open{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret{};
  crypto_sign_keypair(open.data(), secret.data());
  SigningKey key{.secret_key = Hex(secret), .public_key = Hex(open)};
  sodium_memzero(secret.data(), secret.size());
  return key;
}

Result<SigningKey> SigningKeyFrom(std::string_view secret_key) {
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret{};
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> open{};
  std::array<unsigned char, crypto_sign_SEEDBYTES> seed{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> again{};
  if (!Ready() || !FromHexExactly(secret_key, secret) ||
      crypto_sign_ed25519_sk_to_seed(seed.data(), secret.data()) != 0 ||
      crypto_sign_seed_keypair(open.data(), again.data(), seed.data()) != 0 || again != secret) {
    return Fail(ErrorCode::kBadInput, "The file holds no signing key.");
  }
  return SigningKey{.secret_key = std::string(secret_key), .public_key = Hex(open)};
}

Result<std::string> Sign(const SigningKey& key, std::string_view bytes) {
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret{};
  std::array<unsigned char, crypto_sign_BYTES> signature{};
  if (!Ready() || !FromHexExactly(key.secret_key, secret) ||
      crypto_sign_detached(signature.data(), nullptr, Bytes(bytes), bytes.size(), secret.data()) !=
          0) {
    return Fail(ErrorCode::kBadInput, "The signing key is broken.");
  }
  sodium_memzero(secret.data(), secret.size());
  return Hex(signature);
}

bool VerifySignature(std::string_view public_key, std::string_view bytes,
                     std::string_view signature) {
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> open{};
  std::array<unsigned char, crypto_sign_BYTES> signed_by{};
  return Ready() && FromHexExactly(public_key, open) && FromHexExactly(signature, signed_by) &&
         crypto_sign_verify_detached(signed_by.data(), Bytes(bytes), bytes.size(), open.data()) ==
             0;
}

}  // namespace ri::base
