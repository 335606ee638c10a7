#pragma once

/// Column names of a table, made unique and comparable.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ri::ingest {

/// Trims names, calls an empty one "column N" and a repeated one "name (2)". kBadInput when the
/// first line looks like data (every name is a number, a date or empty).
[[nodiscard]] Result<std::vector<std::string>> CleanHeader(std::span<const std::string_view> cells);

/// Without blanks around it.
[[nodiscard]] std::string_view Trim(std::string_view text);
/// ASCII lower case; other bytes stay.
[[nodiscard]] std::string LowerCase(std::string_view text);
/// Equal but for ASCII case.
[[nodiscard]] bool EqualsIgnoringCase(std::string_view left, std::string_view right);

}  // namespace ri::ingest
