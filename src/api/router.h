#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/http_message.h"
#include "identity/permission.h"

namespace ri::api {

struct Call;

/// Who may use a route at all; which rows he sees is another matter.
enum class Gate { kOpen, kSignedIn, kPermission };

struct Route {
  std::string method;
  std::string pattern;  ///< "/api/v1/deals/{deal_id}/reasons"
  Gate gate = Gate::kSignedIn;
  identity::Permission permission = identity::Permission::kRead;
  std::function<Response(Call&)> handler;
  /// Instead of `handler`: answers requests that arrived together in one go, in their order.
  std::function<std::vector<Response>(std::span<Call>)> together;
  /// Bodies up to this size; 0 = none is expected, but a small one is ignored.
  std::uint64_t most_body_bytes = 1 << 20;
  bool body_to_file = false;
  std::size_t index = 0;  ///< set by the router
};

using PathParameters = std::vector<std::pair<std::string, std::string>>;

/// Finds the route of a path. Literal segments win over parameters. Immutable after construction.
class Router {
 public:
  void Add(Route route);
  struct Match {
    const Route* route = nullptr;
    PathParameters parameters;
    std::string
        allowed;  ///< methods of the path when only the method is wrong; empty: no such path
  };
  /// HEAD is answered by GET.
  [[nodiscard]] Match Find(std::string_view method, std::string_view path) const;
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace ri::api
