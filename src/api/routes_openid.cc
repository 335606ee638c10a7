// Sign-in at an OpenID Connect provider: the browser goes there and comes back.
#include <algorithm>

#include "api/people_documents.h"
#include "api/routes.h"
#include "identity/openid_sign_in.h"

namespace ri::api {
namespace {

constexpr const char* kPath = "/api/v1/session/openid";
constexpr std::size_t kLongestCode = 4096;
constexpr std::size_t kLongestState = 200;
constexpr std::size_t kLongestReturn = 600;

std::string AttemptCookie(const Call& call, const std::string& value, int seconds) {
  return "revint_openid=" + value + "; Path=" + kPath +
         "; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(seconds) +
         (call.services.secure_cookies ? "; Secure" : "");
}

/// A path of this server and nothing else, of characters that a cookie may hold, or the first page.
std::string SafeReturn(const std::string& path) {
  const bool inside =
      path.starts_with('/') && !path.starts_with("//") && std::ranges::all_of(path, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("/-_.~?=&%+:@").contains(c);
      });
  return inside ? path : "/";
}

Response Redirect(const std::string& address) {
  Response response;
  response.status = 303;
  return std::move(response.Set("Location", address).Set("Cache-Control", "no-store"));
}

Response NotOffered() { return Problem(404, "not-found", "No OpenID Connect provider is set up."); }

Result<Response> Begin(Call& call) {
  QueryInput query(call.request);
  const std::string back = SafeReturn(query.TextOr("return_to", kLongestReturn, "/"));
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  if (call.services.openid == nullptr) {
    return NotOffered();
  }
  const auto beginning = call.services.openid->Begin(call.now);
  if (!beginning) {
    return Problem(503, "storage", beginning.error().message());
  }
  Response response = Redirect(beginning->url);
  response.Set("Set-Cookie", AttemptCookie(call, beginning->secret + "|" + back, 600));
  return response;
}

/// The person stands before a browser, so that a refusal is a page and not a document. Why is in
/// the audit log; the address says only what he can do about it.
Result<Response> Refuse(Call& call, const char* code, const std::string& why) {
  RI_ASSIGN_OR_RETURN(const auto refused, call.services.accounts.RefuseIdentity(why, call.now));
  Response response = Redirect(std::string("/sign-in?problem=") + code);
  return std::move(response.Set("Set-Cookie", AttemptCookie(call, "", 0)));
}

Result<Response> Finish(Call& call) {
  QueryInput query(call.request);
  const auto code = query.Text("code", kLongestCode);
  const auto state = query.Text("state", kLongestState);
  const auto denied = query.Text("error", kLongestReturn);
  if (call.services.openid == nullptr) {
    return NotOffered();
  }
  // Providers add parameters of their own (session_state, iss, scope); they are not ours to judge.
  if (denied) {
    return Refuse(call, "denied", "the provider answered '" + *denied + "'");
  }
  const std::string cookie = call.request.Cookie("revint_openid");
  const std::string secret = cookie.substr(0, cookie.find('|'));
  if (!code || !state || secret.empty()) {
    return Refuse(call, "expired", "the sign-in did not begin in this browser");
  }
  const auto identity = call.services.openid->Finish(secret, *state, *code, call.now);
  if (!identity) {
    return Refuse(call, identity.error().code() == ErrorCode::kRefused ? "refused" : "unavailable",
                  identity.error().message());
  }
  RI_ASSIGN_OR_RETURN(const identity::SignIn sign_in,
                      call.services.accounts.WithIdentity(*identity, call.now));
  if (sign_in.outcome != identity::SignIn::Outcome::kDone) {
    Response response = Redirect("/sign-in?problem=no-account");
    return std::move(response.Set("Set-Cookie", AttemptCookie(call, "", 0)));
  }
  const std::size_t mark = cookie.find('|');
  Response response =
      Redirect(SafeReturn(mark == std::string::npos ? "/" : cookie.substr(mark + 1)));
  response.Set("Set-Cookie", SessionCookieOf(call, sign_in));
  return std::move(response.Set("Set-Cookie", AttemptCookie(call, "", 0)));
}

}  // namespace

void AddOpenIdRoutes(Router& router) {
  router.Add({.method = "GET", .pattern = kPath, .gate = Gate::kOpen, .handler = Handled(Begin)});
  router.Add({.method = "GET",
              .pattern = std::string(kPath) + "/callback",
              .gate = Gate::kOpen,
              .handler = Handled(Finish)});
}

}  // namespace ri::api
