#include "base/keyed_hash.h"

#include <sodium.h>

namespace ri::base {

static_assert(crypto_shorthash_siphashx24_KEYBYTES == std::tuple_size_v<HashKey>);
static_assert(crypto_shorthash_siphashx24_BYTES == std::tuple_size_v<KeyedDigest>);

HashKey RandomHashKey() {
  HashKey key;
  randombytes_buf(key.data(), key.size());
  return key;
}

KeyedDigest KeyedHash(const HashKey& key, std::string_view text) {
  KeyedDigest digest;
  crypto_shorthash_siphashx24(digest.data(), reinterpret_cast<const unsigned char*>(text.data()),
                              text.size(), key.data());
  return digest;
}

std::string ToHex(const KeyedDigest& digest) {
  std::string text(2 * digest.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  text.pop_back();
  return text;
}

bool FromHex(std::string_view text, HashKey& key) {
  std::size_t size = 0;
  return text.size() == 2 * key.size() &&
         sodium_hex2bin(key.data(), key.size(), text.data(), text.size(), nullptr, &size,
                        nullptr) == 0 &&
         size == key.size();
}

}  // namespace ri::base
