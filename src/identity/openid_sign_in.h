#pragma once

/// Use case: sign in at an OpenID Connect provider by the authorization code flow with PKCE.

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "domain/date.h"

namespace ri::identity {

struct OpenIdSettings {
  std::string issuer;  ///< where /.well-known/openid-configuration is found
  std::string client_id;
  std::string client_secret;             ///< empty: a public client, which PKCE protects
  std::string label = "OpenID Connect";  ///< on the button of the sign-in page
  std::string scopes = "openid email profile";
  std::string redirect_uri;
  /// Claim with the groups or roles at the provider, a path with dots into nested objects. Empty:
  /// roles are kept here, and only people who were added here can sign in.
  std::string role_claim;
  std::map<std::string, std::string> roles;  ///< value of the claim to role here
  /// For providers that say nothing about whether an address was verified.
  bool trust_email = false;
};

/// Who the provider says somebody is.
struct ProvenIdentity {
  std::string issuer, subject;
  std::string email;  ///< empty unless verified or trusted
  std::string name;
  bool maps_roles = false;  ///< the provider decides about roles
  std::string role;         ///< mapped; empty: none of the claim's values means anything here
};

/// Reads "value=role,value=role". kUsage for a role that there is not.
[[nodiscard]] Result<std::map<std::string, std::string>> ReadRoleMap(const std::string& text);

/// kUsage for an issuer without https, or a role claim without a mapping.
Status CheckOpenIdSettings(const OpenIdSettings& settings);

/// Thread safety: any method from any thread; blocks on the network for at most some seconds.
class OpenIdSignIn {
 public:
  explicit OpenIdSignIn(OpenIdSettings settings) : settings_(std::move(settings)) {}

  [[nodiscard]] const OpenIdSettings& settings() const { return settings_; }

  struct Beginning {
    std::string url;     ///< where the browser goes
    std::string secret;  ///< for a cookie that the browser brings back; good for ten minutes
  };
  /// State, nonce and code verifier are hashes of the secret, so that any process can finish what
  /// another began, and only in the browser in which it began.
  [[nodiscard]] Result<Beginning> Begin(domain::Timestamp now);
  /// kRefused with the reason; kStorage when the provider does not answer.
  [[nodiscard]] Result<ProvenIdentity> Finish(const std::string& secret, const std::string& state,
                                              const std::string& code, domain::Timestamp now);

 private:
  struct Provider {
    std::string authorization_endpoint, token_endpoint, key_set_address;
    bool secret_in_form = false;
    std::string key_set;
    domain::Timestamp read_at{};
  };
  [[nodiscard]] Result<Provider> Discover(domain::Timestamp now);
  [[nodiscard]] Result<std::string> FetchKeys(const Provider& provider);
  [[nodiscard]] Result<std::string> TokenFor(const Provider& provider, const std::string& code,
                                             const std::string& verifier) const;

  const OpenIdSettings settings_;
  std::mutex mutex_;
  std::optional<Provider> provider_;
};

}  // namespace ri::identity
