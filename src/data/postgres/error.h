#pragma once

/// What the server's error codes mean for the person at the terminal.

#include <string>
#include <string_view>

#include "base/error.h"

namespace ri::data::postgres {

/// Error for a SQLSTATE (five characters, empty when the connection itself failed) and the
/// server's message. Codes: PostgreSQL 15 manual, appendix A.
[[nodiscard]] base::Error TranslateError(std::string_view sqlstate, std::string_view message);

}  // namespace ri::data::postgres
