#pragma once

#include <string>
#include <string_view>

namespace ri::documents {

/// The text as it stands inside HTML or SVG, between tags or between double quotes.
[[nodiscard]] std::string Escaped(std::string_view text);

}  // namespace ri::documents
