#pragma once

/// What text a store takes. The rule is the same for every engine, so that a file imported into
/// one can be imported into the other.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ri::data {

/// Longest key of an entity.
inline constexpr std::size_t kMaxKeyBytes = 255;

/// Ok for well-formed UTF-8 (Unicode 15, table 3-7) without the character U+0000. Otherwise
/// kBadInput; `what` names the text for people, for example "a text value".
[[nodiscard]] Status CheckText(std::string_view text, std::string_view what);

/// CheckText, not empty, at most kMaxKeyBytes long.
[[nodiscard]] Status CheckKey(std::string_view key);

/// The text as it may be stored: every byte that breaks the rule of CheckText replaced by U+FFFD,
/// and cut before the character that would make it longer than `max_bytes`. For text that is only
/// shown to people, such as a rejected value.
[[nodiscard]] std::string StorableText(std::string_view text, std::size_t max_bytes);

}  // namespace ri::data
