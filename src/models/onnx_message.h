#pragma once

/// The wire format of protocol buffers, as far as ONNX files need it: fields are appended in the
/// order of the calls. Source: the encoding page of the protocol buffers documentation.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ri::models {

/// One message under construction; `bytes()` is its encoding.
class OnnxMessage {
 public:
  OnnxMessage& Integer(int field, std::int64_t value);
  OnnxMessage& Real(int field, float value);
  /// Also nested messages: give their bytes.
  OnnxMessage& Text(int field, std::string_view value);
  /// Repeated numbers in the packed form.
  OnnxMessage& Integers(int field, std::span<const std::int64_t> values);
  OnnxMessage& Reals(int field, std::span<const float> values);

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void Varint(std::uint64_t value);
  void Key(int field, int wire_type);

  std::string bytes_;
};

}  // namespace ri::models
