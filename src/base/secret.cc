#include "base/secret.h"

#include <sodium.h>

#include <array>
#include <semaphore>

namespace ri::base {
namespace {

std::counting_semaphore<2>& HashingSlots() {
  static std::counting_semaphore<2> slots(2);
  return slots;
}

class Slot {
 public:
  Slot() { HashingSlots().acquire(); }
  ~Slot() { HashingSlots().release(); }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
};

bool Ready() {
  static const bool kReady = sodium_init() >= 0;
  return kReady;
}

}  // namespace

std::string RandomToken() {
  [[maybe_unused]] const bool ready = Ready();
  std::array<unsigned char, 32> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::array<char, sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text{};
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text.data();
}

Result<std::string> HashPassword(std::string_view password) {
  const Slot slot;
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (!Ready() ||
      crypto_pwhash_str_alg(text.data(), password.data(), password.size(),
                            crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Fail(ErrorCode::kStorage, "There is not enough memory to hash a password (64 MB).");
  }
  return std::string(text.data());
}

bool VerifyPassword(const std::string& hash, std::string_view password) {
  const Slot slot;
  return Ready() && crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool EqualSecrets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace ri::base
