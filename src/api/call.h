#pragma once

/// What a handler gets: the request, who asks, and everything it may use.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/current_deals.h"
#include "api/http_message.h"
#include "api/input.h"
#include "api/json_writer.h"
#include "api/language.h"
#include "api/metrics.h"
#include "api/problem.h"
#include "api/router.h"
#include "book/workspace.h"
#include "data/operations_store.h"
#include "deals/deal_list.h"
#include "identity/accounts.h"

namespace ri::identity {
class OpenIdSignIn;
}

namespace ri::api {

class JobRunner;

/// Shared by all handlers; every part may be used from any thread.
struct Services {
  book::Workspace& workspace;
  data::OperationsStore& operations;
  identity::Accounts& accounts;
  CurrentDeals& deals;
  std::function<domain::Timestamp()> clock;
  std::string version;
  std::string contract;       ///< openapi.yaml
  std::string upload_folder;  ///< on the local disk
  bool secure_cookies = false;
  JobRunner* jobs = nullptr;
  identity::OpenIdSignIn* openid = nullptr;  ///< null: not set up
  std::function<void()> forget_sign_ins;     ///< after users, roles or tokens changed
  std::function<std::string()> render_metrics;
};

struct Call {
  const Request& request;
  const PathParameters& parameters;
  const identity::Principal* principal = nullptr;  ///< null on open routes without a sign-in
  Services& services;
  domain::Timestamp now{};

  [[nodiscard]] const std::string& Path(std::string_view name) const;
  /// A whole number in the path; 0, which no id is, when it is none.
  [[nodiscard]] std::int64_t PathNumber(std::string_view name) const;
  [[nodiscard]] const identity::Principal& user() const { return *principal; }
  /// Of the sentences in the answer.
  [[nodiscard]] base::Language language() const { return LanguageOf(request); }
};

[[nodiscard]] Response JsonResponse(int status, JsonWriter& json);
[[nodiscard]] inline Response JsonResponse(JsonWriter& json) { return JsonResponse(200, json); }
[[nodiscard]] Response NoContent();
/// "2026-11-16T00:00:00.000Z" or null.
void TimeField(JsonWriter& json, std::string_view name,
               const std::optional<domain::Timestamp>& time);
void TimeField(JsonWriter& json, std::string_view name, const std::optional<std::int64_t>& ms);
void DateField(JsonWriter& json, std::string_view name, const std::optional<domain::Date>& date);

/// Handlers that may fail return Result<Response>; an error becomes its problem.
template <typename Handler>
[[nodiscard]] std::function<Response(Call&)> Handled(Handler handler) {
  return [handler = std::move(handler)](Call& call) -> Response {
    Result<Response> response = handler(call);
    return response ? *std::move(response) : ProblemOf(response.error());
  };
}

}  // namespace ri::api
