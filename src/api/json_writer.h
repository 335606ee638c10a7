#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace ri::api {

/// Writes one JSON document front to back. Commas are put by itself; nothing is checked beyond
/// that, so every Begin needs its End. Numbers are the shortest text that reads back the same; what
/// is not finite becomes null. Several times faster than building a tree first, which is what the
/// pages of a hundred deals need.
class JsonWriter {
 public:
  JsonWriter& BeginObject() { return Open('{'); }
  JsonWriter& EndObject() { return Close('}'); }
  JsonWriter& BeginArray() { return Open('['); }
  JsonWriter& EndArray() { return Close(']'); }
  JsonWriter& Key(std::string_view name) {
    Comma();
    Quote(name);
    text_ += ':';
    after_value_ = false;
    return *this;
  }
  JsonWriter& BeginObject(std::string_view name) { return Key(name).BeginObject(); }
  JsonWriter& BeginArray(std::string_view name) { return Key(name).BeginArray(); }

  JsonWriter& Value(std::string_view text) {
    Comma();
    Quote(text);
    return *this;
  }
  JsonWriter& Value(const char* text) { return Value(std::string_view(text)); }
  JsonWriter& Value(const std::string& text) { return Value(std::string_view(text)); }
  JsonWriter& Value(bool value) { return Raw(value ? "true" : "false"); }
  JsonWriter& Value(double value) {
    if (!std::isfinite(value)) {
      return Null();
    }
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value);
    return Raw({buffer, end.ptr});
  }
  template <typename Integer>
    requires std::is_integral_v<Integer>
  JsonWriter& Value(Integer value) {
    char buffer[24];
    const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value);
    return Raw({buffer, end.ptr});
  }
  template <typename T>
  JsonWriter& Value(const std::optional<T>& value) {
    return value ? Value(*value) : Null();
  }
  JsonWriter& Null() { return Raw("null"); }
  /// A finished JSON value.
  JsonWriter& Raw(std::string_view json) {
    Comma();
    text_ += json;
    return *this;
  }

  template <typename T>
  JsonWriter& Field(std::string_view name, const T& value) {
    return Key(name).Value(value);
  }
  /// Empty becomes null.
  JsonWriter& TextOrNull(std::string_view name, std::string_view text) {
    return text.empty() ? Key(name).Null() : Key(name).Value(text);
  }
  JsonWriter& NullField(std::string_view name) { return Key(name).Null(); }

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string Take() { return std::move(text_); }

 private:
  JsonWriter& Open(char bracket) {
    Comma();
    text_ += bracket;
    after_value_ = false;
    return *this;
  }
  JsonWriter& Close(char bracket) {
    text_ += bracket;
    after_value_ = true;
    return *this;
  }
  void Comma() {
    if (after_value_) {
      text_ += ',';
    }
    after_value_ = true;
  }
  void Quote(std::string_view text);

  std::string text_;
  bool after_value_ = false;
};

}  // namespace ri::api
