#pragma once

/// Texts as TOML files hold them.

#include <set>
#include <string>
#include <string_view>

namespace ri::ingest {

/// In quotes; control characters become blanks.
[[nodiscard]] std::string Quote(std::string_view text);
/// A list in brackets.
[[nodiscard]] std::string QuoteAll(const std::set<std::string>& texts);
/// Without line breaks: what stands in a comment must not end its line.
[[nodiscard]] std::string OneLine(std::string text);

}  // namespace ri::ingest
