#include "data/stored_text.h"

#include <cstdint>
#include <cstring>
#include <string>

namespace ri::data {
namespace {

/// True when the eight bytes at `at` are all in 0x01..0x7f.
bool EightPlainBytes(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  return (word & kHighBits) == 0 && ((word - kOnes) & kHighBits) == 0;
}

/// Length of the well-formed character at the beginning of `text`, 0 if there is none.
std::size_t CharacterLength(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    return lead == 0 ? 0 : 1;
  }
  std::size_t length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    length = 2;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    length = 3;
    low = lead == 0xe0 ? 0xa0 : 0x80;   // no overlong forms
    high = lead == 0xed ? 0x9f : 0xbf;  // no surrogates
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    length = 4;
    low = lead == 0xf0 ? 0x90 : 0x80;
    high = lead == 0xf4 ? 0x8f : 0xbf;  // nothing above U+10FFFF
  }
  if (length == 0 || text.size() < length || byte(1) < low || byte(1) > high) {
    return 0;
  }
  for (std::size_t i = 2; i < length; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xbf) {
      return 0;
    }
  }
  return length;
}

}  // namespace

Status CheckText(std::string_view text, std::string_view what) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (at + 8 <= text.size() && EightPlainBytes(text.data() + at)) {
      at += 8;
      continue;
    }
    const std::size_t length = CharacterLength(text.substr(at));
    if (length == 0) {
      return Fail(ErrorCode::kBadInput,
                  std::string(what) + " is not UTF-8 text without zero bytes (byte " +
                      std::to_string(at + 1) +
                      "). Save the file as UTF-8, or name its encoding in the mapping.");
    }
    at += length;
  }
  return {};
}

Status CheckKey(std::string_view key) {
  if (key.empty()) {
    return Fail(ErrorCode::kBadInput, "An id is empty. Every row needs an id.");
  }
  if (key.size() > kMaxKeyBytes) {
    return Fail(ErrorCode::kBadInput,
                "The id that begins with \"" + std::string(key.substr(0, 40)) +
                    "\" is longer than " + std::to_string(kMaxKeyBytes) +
                    " bytes. Check which column the mapping names as the id.");
  }
  return CheckText(key, "An id");
}

std::string StorableText(std::string_view text, std::size_t max_bytes) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  std::string stored;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = CharacterLength(text.substr(at));
    const std::string_view character = length == 0 ? kReplacement : text.substr(at, length);
    if (stored.size() + character.size() > max_bytes) {
      break;
    }
    stored += character;
    at += length == 0 ? 1 : length;
  }
  return stored;
}

}  // namespace ri::data
