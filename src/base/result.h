#pragma once

/// `Result<T>` is a value or an `Error`. The alias hides the expected type, so that it can be
/// replaced without touching its users. `Status` is the Result of an action without a value.

#include <expected>
#include <string>
#include <utility>

#include "base/error.h"

namespace ri {

template <typename T>
using Result = std::expected<T, base::Error>;
using Status = Result<void>;
using base::Error;
using base::ErrorCode;

/// Shorthand for `return Fail(ErrorCode::kBadInput, "...");` in a function that returns a Result.
[[nodiscard]] inline std::unexpected<Error> Fail(ErrorCode code, std::string message) {
  return std::unexpected<Error>(Error(code, std::move(message)));
}

}  // namespace ri

#define RI_CONCAT_INNER(a, b) a##b
#define RI_CONCAT(a, b) RI_CONCAT_INNER(a, b)

/// Returns early with the error of `expression`, a Status or Result.
#define RI_RETURN_IF_ERROR(expression)                                   \
  do {                                                                   \
    if (auto ri_status = (expression); !ri_status) {                     \
      return std::unexpected<::ri::Error>(std::move(ri_status).error()); \
    }                                                                    \
  } while (false)

/// `RI_ASSIGN_OR_RETURN(auto rows, ReadRows(path));` binds the value or returns the error.
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses.
#define RI_ASSIGN_OR_RETURN(target, expression) \
  RI_ASSIGN_OR_RETURN_INNER(RI_CONCAT(ri_result_, __LINE__), target, expression)
#define RI_ASSIGN_OR_RETURN_INNER(temporary, target, expression)       \
  auto temporary = (expression);                                       \
  if (!temporary) {                                                    \
    return std::unexpected<::ri::Error>(std::move(temporary).error()); \
  }                                                                    \
  target = *std::move(temporary)
// NOLINTEND(bugprone-macro-parentheses)
