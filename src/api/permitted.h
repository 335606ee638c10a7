#pragma once

#include <string>
#include <utility>

#include "api/call.h"
#include "api/router.h"

namespace ri::api {

/// A route for those who hold `permission`. The handler may return Response or Result<Response>.
template <typename Handler>
[[nodiscard]] Route Permitted(std::string method, std::string pattern,
                              identity::Permission permission, Handler handler) {
  return {.method = std::move(method),
          .pattern = std::move(pattern),
          .gate = Gate::kPermission,
          .permission = permission,
          .handler = Handled(std::move(handler))};
}

}  // namespace ri::api
