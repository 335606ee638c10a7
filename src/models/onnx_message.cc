#include "models/onnx_message.h"

#include <bit>

namespace ri::models {
namespace {

constexpr int kVarint = 0;
constexpr int kLengthDelimited = 2;
constexpr int kFourBytes = 5;

void AppendLittleEndian(std::string& bytes, float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  for (unsigned shift = 0; shift < 32; shift += 8) {
    bytes.push_back(static_cast<char>((bits >> shift) & 0xFFU));
  }
}

}  // namespace

void OnnxMessage::Varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) {
    bytes_.push_back(static_cast<char>((value & 0x7FU) | 0x80U));
  }
  bytes_.push_back(static_cast<char>(value));
}

void OnnxMessage::Key(int field, int wire_type) {
  Varint((static_cast<std::uint64_t>(field) << 3U) | static_cast<std::uint64_t>(wire_type));
}

OnnxMessage& OnnxMessage::Integer(int field, std::int64_t value) {
  Key(field, kVarint);
  Varint(static_cast<std::uint64_t>(value));
  return *this;
}

OnnxMessage& OnnxMessage::Real(int field, float value) {
  Key(field, kFourBytes);
  AppendLittleEndian(bytes_, value);
  return *this;
}

OnnxMessage& OnnxMessage::Text(int field, std::string_view value) {
  Key(field, kLengthDelimited);
  Varint(value.size());
  bytes_ += value;
  return *this;
}

OnnxMessage& OnnxMessage::Integers(int field, std::span<const std::int64_t> values) {
  OnnxMessage packed;
  for (const std::int64_t value : values) {
    packed.Varint(static_cast<std::uint64_t>(value));
  }
  return Text(field, packed.bytes_);
}

OnnxMessage& OnnxMessage::Reals(int field, std::span<const float> values) {
  std::string packed;
  packed.reserve(4 * values.size());
  for (const float value : values) {
    AppendLittleEndian(packed, value);
  }
  return Text(field, packed);
}

}  // namespace ri::models
