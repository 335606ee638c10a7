#pragma once

/// ID tokens of OpenID Connect Core 1.0: signature by libcjose, claims by section 3.1.3.7.

#include <string>

#include "base/result.h"
#include "domain/date.h"

namespace ri::identity {

struct IdTokenExpectation {
  std::string issuer;     ///< must be equal, byte by byte
  std::string client_id;  ///< must be an audience, and the authorized party if there is one
  std::string nonce;
  domain::Timestamp now{};
};

/// The claims as JSON text when everything holds: RS256 or ES256 by the key of `key_set` (a JWK
/// set) that the token names, issuer, audience, expiry with a minute of leeway, nonce, subject.
/// kNotFound when the key is not in the set, so that the caller can fetch a newer one; kRefused
/// otherwise, with the reason.
[[nodiscard]] Result<std::string> CheckIdToken(const std::string& token, const std::string& key_set,
                                               const IdTokenExpectation& expected);

/// base64url without padding of the SHA-256 of the text: the code challenge of RFC 7636.
[[nodiscard]] Result<std::string> CodeChallenge(const std::string& verifier);

}  // namespace ri::identity
