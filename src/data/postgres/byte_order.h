#pragma once

/// Numbers as the protocol carries them: most significant byte first.

#include <concepts>
#include <cstddef>
#include <string>
#include <type_traits>

namespace ri::data::postgres {

template <std::unsigned_integral T>
[[nodiscard]] T ReadBigEndian(const char* bytes) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(static_cast<T>(value << 8U) | static_cast<unsigned char>(bytes[i]));
  }
  return value;
}

template <std::unsigned_integral T>
void AppendBigEndian(std::string& buffer, T value) {
  char bytes[sizeof(T)];
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    bytes[sizeof(T) - 1 - i] = static_cast<char>(static_cast<unsigned char>(value & 0xffU));
    if constexpr (sizeof(T) > 1) {
      value = static_cast<T>(value >> 8U);
    }
  }
  buffer.append(bytes, sizeof(T));
}

}  // namespace ri::data::postgres
