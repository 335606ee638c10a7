#pragma once

#include <string_view>

#include "domain/date.h"

namespace ri::api {

/// openapi/openapi.yaml, embedded by the build.
[[nodiscard]] std::string_view Contract();

[[nodiscard]] domain::Timestamp SystemNow();

}  // namespace ri::api
