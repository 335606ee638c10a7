#pragma once

/// Problem details (RFC 9457): the one form of every error.

#include <string>
#include <string_view>
#include <vector>

#include "api/http_message.h"
#include "base/error.h"

namespace ri::api {

/// Which parameter or place of the body is wrong.
struct FieldError {
  std::string where;
  std::string detail;
};

[[nodiscard]] Response Problem(int status, std::string_view code, std::string_view detail,
                               const std::vector<FieldError>& errors = {});

/// The problem of an error of ours. What is a bug or concerns the storage keeps its details for the
/// log: they may name paths and hosts.
[[nodiscard]] Response ProblemOf(const base::Error& error);

}  // namespace ri::api
