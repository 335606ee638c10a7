#pragma once

/// What the tables of the server share: locks, and optional values in rows.

#include <cstdint>
#include <optional>
#include <string>

#include "data/sql_database.h"

namespace ri::data {

// Numbers of the locks of SqlDatabase::Lock and Hold, in one place because they share one space: a
// process that holds one would wait for itself if another had the same number.
inline constexpr std::int64_t kAuditLock = 2;
inline constexpr std::int64_t kDailyLock = 3;
inline constexpr std::int64_t kAlertLock = 4;

[[nodiscard]] inline SqlValue Nullable(const std::optional<std::int64_t>& value) {
  return value ? SqlValue(*value) : SqlValue();
}
[[nodiscard]] inline SqlValue Nullable(const std::optional<std::string>& value) {
  return value ? SqlValue(*value) : SqlValue();
}
[[nodiscard]] inline std::optional<std::int64_t> OptionalInteger(const SqlValue& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number == nullptr ? std::nullopt : std::optional(*number);
}
[[nodiscard]] inline std::optional<std::string> OptionalText(const SqlValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::nullopt : std::optional(*text);
}
[[nodiscard]] inline SqlValue Value(std::string_view text) { return SqlValue(std::string(text)); }
[[nodiscard]] inline SqlValue Flag(bool value) { return SqlValue(std::int64_t{value ? 1 : 0}); }

}  // namespace ri::data
