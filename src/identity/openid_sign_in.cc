#include "identity/openid_sign_in.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <semaphore>

#include "base/secret.h"
#include "base/sha256.h"
#include "delivery/web_request.h"
#include "identity/id_token.h"
#include "identity/permission.h"

namespace ri::identity {
namespace {

using delivery::AskWeb;
using delivery::IsSecureAddress;
using delivery::WebAnswer;
using delivery::WebRequest;
using nlohmann::json;

constexpr std::chrono::hours kKeptProvider{1};
constexpr std::chrono::minutes kLongestSignIn{10};
constexpr std::size_t kLongestName = 200;

/// A slow provider may hold a few workers, never all of them.
std::counting_semaphore<3>& Exchanges() {
  static std::counting_semaphore<3> slots(3);
  return slots;
}

class Exchange {
 public:
  Exchange() : taken_(Exchanges().try_acquire()) {}
  ~Exchange() {
    if (taken_) {
      Exchanges().release();
    }
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  [[nodiscard]] bool taken() const { return taken_; }

 private:
  bool taken_;
};

std::string Derived(const char* purpose, const std::string& secret) {
  return base::ToHex(base::Sha256Of(std::string(purpose) + " " + secret));
}

/// Percent-encodes everything but the unreserved characters of RFC 3986.
std::string Escaped(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

std::string TextOf(const json& object, const std::string& name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Follows a path with dots; a claim whose own name holds the dots wins.
const json* Claim(const json& claims, const std::string& path) {
  if (const auto direct = claims.find(path); direct != claims.end()) {
    return &*direct;
  }
  const json* at = &claims;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    const auto found = at->is_object() ? at->find(path.substr(begin, end - begin)) : at->end();
    if (!at->is_object() || found == at->end()) {
      return nullptr;
    }
    at = &*found;
    begin = end + 1;
  }
  return at;
}

/// The most powerful of the roles that the values of the claim mean.
std::string MappedRole(const json& claims, const OpenIdSettings& settings) {
  std::vector<std::string> values;
  if (const json* claim = Claim(claims, settings.role_claim)) {
    if (claim->is_string()) {
      values.push_back(claim->get<std::string>());
    } else if (claim->is_array()) {
      for (const json& one : *claim) {
        if (one.is_string()) {
          values.push_back(one.get<std::string>());
        }
      }
    }
  }
  for (const std::string_view role : kRoles) {  // from the most powerful down
    for (const std::string& value : values) {
      const auto mapped = settings.roles.find(value);
      if (mapped != settings.roles.end() && mapped->second == role) {
        return std::string(role);
      }
    }
  }
  return "";
}

std::unexpected<Error> Busy() {
  return Fail(ErrorCode::kStorage, "Too many people sign in at once. Try again shortly.");
}

Result<json> ReadDocument(const WebRequest& request, const char* what) {
  RI_ASSIGN_OR_RETURN(const WebAnswer answer, AskWeb(request));
  json document = json::parse(answer.body, nullptr, false);
  if (answer.status != 200 || !document.is_object()) {
    return Fail(ErrorCode::kStorage, std::string("The sign-in provider's ") + what +
                                         " cannot be read (status " +
                                         std::to_string(answer.status) + ").");
  }
  return document;
}

}  // namespace

Result<std::map<std::string, std::string>> ReadRoleMap(const std::string& text) {
  std::map<std::string, std::string> roles;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string entry = text.substr(begin, end - begin);
    const std::size_t equals = entry.rfind('=');
    if (equals == std::string::npos || equals == 0 || !IsRole(entry.substr(equals + 1))) {
      return Fail(ErrorCode::kUsage, "'" + entry +
                                         "' is no mapping of a role. Write for example "
                                         "sales-leads=leader,crm-admins=admin.");
    }
    roles[entry.substr(0, equals)] = entry.substr(equals + 1);
    begin = end + 1;
  }
  return roles;
}

Status CheckOpenIdSettings(const OpenIdSettings& settings) {
  if (!IsSecureAddress(settings.issuer)) {
    return Fail(ErrorCode::kUsage, "The issuer '" + settings.issuer + "' is no https address.");
  }
  if (settings.role_claim.empty() != settings.roles.empty()) {
    return Fail(ErrorCode::kUsage,
                "--openid-role-claim and --openid-roles belong together: the claim, and what its "
                "values mean.");
  }
  return {};
}

Result<OpenIdSignIn::Provider> OpenIdSignIn::Discover(domain::Timestamp now) {
  {
    const std::lock_guard lock(mutex_);
    if (provider_ && now >= provider_->read_at && now - provider_->read_at < kKeptProvider) {
      return *provider_;
    }
  }
  std::string base = settings_.issuer;
  while (base.ends_with('/')) {
    base.pop_back();
  }
  RI_ASSIGN_OR_RETURN(
      const json document,
      ReadDocument({.url = base + "/.well-known/openid-configuration"}, "description"));
  Provider provider{.authorization_endpoint = TextOf(document, "authorization_endpoint"),
                    .token_endpoint = TextOf(document, "token_endpoint"),
                    .key_set_address = TextOf(document, "jwks_uri"),
                    .read_at = now};
  if (TextOf(document, "issuer") != settings_.issuer) {
    return Fail(ErrorCode::kRefused, "The sign-in provider calls itself '" +
                                         TextOf(document, "issuer") +
                                         "'. Set the issuer to exactly that, if it is the one.");
  }
  for (const std::string& address :
       {provider.authorization_endpoint, provider.token_endpoint, provider.key_set_address}) {
    if (!IsSecureAddress(address)) {
      return Fail(ErrorCode::kRefused, "The sign-in provider names an address without https.");
    }
  }
  if (const auto methods = document.find("token_endpoint_auth_methods_supported");
      methods != document.end() && methods->is_array()) {
    provider.secret_in_form =
        std::ranges::find(*methods, "client_secret_basic") == methods->end() &&
        std::ranges::find(*methods, "client_secret_post") != methods->end();
  }
  RI_ASSIGN_OR_RETURN(provider.key_set, FetchKeys(provider));
  const std::lock_guard lock(mutex_);
  provider_ = provider;
  return provider;
}

Result<std::string> OpenIdSignIn::FetchKeys(const Provider& provider) {
  RI_ASSIGN_OR_RETURN(const json keys, ReadDocument({.url = provider.key_set_address}, "keys"));
  return keys.dump();
}

Result<OpenIdSignIn::Beginning> OpenIdSignIn::Begin(domain::Timestamp now) {
  const Exchange exchange;
  if (!exchange.taken()) {
    return Busy();
  }
  RI_ASSIGN_OR_RETURN(const Provider provider, Discover(now));
  Beginning beginning{.secret =
                          base::RandomToken() + "." + std::to_string(domain::Milliseconds(now))};
  RI_ASSIGN_OR_RETURN(const std::string challenge,
                      CodeChallenge(Derived("verifier", beginning.secret)));
  beginning.url = provider.authorization_endpoint +
                  (provider.authorization_endpoint.contains('?') ? "&" : "?") +
                  "response_type=code&client_id=" + Escaped(settings_.client_id) +
                  "&redirect_uri=" + Escaped(settings_.redirect_uri) +
                  "&scope=" + Escaped(settings_.scopes) +
                  "&state=" + Derived("state", beginning.secret) +
                  "&nonce=" + Derived("nonce", beginning.secret) + "&code_challenge=" + challenge +
                  "&code_challenge_method=S256";
  return beginning;
}

Result<std::string> OpenIdSignIn::TokenFor(const Provider& provider, const std::string& code,
                                           const std::string& verifier) const {
  WebRequest request{.url = provider.token_endpoint,
                     .form = "grant_type=authorization_code&code=" + Escaped(code) +
                             "&redirect_uri=" + Escaped(settings_.redirect_uri) +
                             "&code_verifier=" + verifier};
  if (settings_.client_secret.empty() || provider.secret_in_form) {
    request.form += "&client_id=" + Escaped(settings_.client_id);
    if (!settings_.client_secret.empty()) {
      request.form += "&client_secret=" + Escaped(settings_.client_secret);
    }
  } else {
    request.user = Escaped(settings_.client_id);  // RFC 6749, section 2.3.1
    request.password = Escaped(settings_.client_secret);
  }
  RI_ASSIGN_OR_RETURN(const WebAnswer answer, AskWeb(request));
  const json document = json::parse(answer.body, nullptr, false);
  if (answer.status != 200 || !document.is_object()) {
    return Fail(ErrorCode::kRefused, "The sign-in provider did not accept the code (status " +
                                         std::to_string(answer.status) + ").");
  }
  return TextOf(document, "id_token");
}

Result<ProvenIdentity> OpenIdSignIn::Finish(const std::string& secret, const std::string& state,
                                            const std::string& code, domain::Timestamp now) {
  const std::size_t dot = secret.find('.');
  std::int64_t began = 0;
  if (dot == std::string::npos || secret.size() > 200 ||
      std::from_chars(secret.data() + dot + 1, secret.data() + secret.size(), began).ec !=
          std::errc() ||
      !base::EqualSecrets(state, Derived("state", secret))) {
    return Fail(ErrorCode::kRefused, "The sign-in did not begin in this browser.");
  }
  const std::int64_t age = domain::Milliseconds(now) - began;
  if (age < 0 || age > std::chrono::milliseconds(kLongestSignIn).count()) {
    return Fail(ErrorCode::kRefused, "The sign-in took too long. Begin again.");
  }
  const Exchange exchange;
  if (!exchange.taken()) {
    return Busy();
  }
  RI_ASSIGN_OR_RETURN(Provider provider, Discover(now));
  RI_ASSIGN_OR_RETURN(const std::string token,
                      TokenFor(provider, code, Derived("verifier", secret)));
  const IdTokenExpectation expected{.issuer = settings_.issuer,
                                    .client_id = settings_.client_id,
                                    .nonce = Derived("nonce", secret),
                                    .now = now};
  auto checked = CheckIdToken(token, provider.key_set, expected);
  if (!checked && checked.error().code() == ErrorCode::kNotFound) {
    // Keys are exchanged from time to time: look once more.
    RI_ASSIGN_OR_RETURN(provider.key_set, FetchKeys(provider));
    {
      const std::lock_guard lock(mutex_);
      provider_ = provider;
    }
    checked = CheckIdToken(token, provider.key_set, expected);
  }
  if (!checked) {
    return Fail(ErrorCode::kRefused, checked.error().message());
  }
  const json claims = json::parse(*checked, nullptr, false);
  ProvenIdentity identity{.issuer = settings_.issuer,
                          .subject = TextOf(claims, "sub"),
                          .name = TextOf(claims, "name").substr(0, kLongestName),
                          .maps_roles = !settings_.role_claim.empty()};
  const auto verified = claims.find("email_verified");
  if (settings_.trust_email ||
      (verified != claims.end() && verified->is_boolean() && verified->get<bool>())) {
    identity.email = TextOf(claims, "email");
  }
  if (identity.maps_roles) {
    identity.role = MappedRole(claims, settings_);
  }
  return identity;
}

}  // namespace ri::identity
