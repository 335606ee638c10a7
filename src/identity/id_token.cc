#include "identity/id_token.h"

#include <cjose/cjose.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/secret.h"
#include "base/sha256.h"

namespace ri::identity {
namespace {

using nlohmann::json;

constexpr std::int64_t kLeewaySeconds = 60;
constexpr std::size_t kLongestToken = 64 * 1024;
constexpr std::size_t kLongestSubject = 255;   // OpenID Connect Core 1.0, section 2
constexpr std::size_t kShortestModulus = 342;  // base64url characters of 2048 bits

struct Release {
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
  void operator()(cjose_jwk_t* jwk) const { cjose_jwk_release(jwk); }
};

std::unexpected<Error> Refused(const std::string& why) {
  return Fail(ErrorCode::kRefused, "The ID token " + why + ".");
}

std::string TextOf(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string HeaderText(cjose_header_t* header, const char* name) {
  cjose_err error{};
  const char* text = cjose_header_get(header, name, &error);
  return text == nullptr ? std::string() : std::string(text);
}

/// The one key of the set that may have signed.
Result<json> KeyOf(const std::string& key_set, const std::string& algorithm,
                   const std::string& key_id) {
  const json set = json::parse(key_set, nullptr, false);
  const auto keys = set.is_object() ? set.find("keys") : set.end();
  if (!set.is_object() || keys == set.end() || !keys->is_array()) {
    return Fail(ErrorCode::kStorage, "The sign-in provider's keys cannot be read.");
  }
  const std::string kind = algorithm == "RS256" ? "RSA" : "EC";
  std::vector<json> fitting;
  for (const json& key : *keys) {
    const bool fits = key.is_object() && TextOf(key, "kty") == kind &&
                      (TextOf(key, "use").empty() || TextOf(key, "use") == "sig") &&
                      (TextOf(key, "alg").empty() || TextOf(key, "alg") == algorithm) &&
                      (key_id.empty() || TextOf(key, "kid") == key_id) &&
                      (kind == "RSA" ? TextOf(key, "n").size() >= kShortestModulus
                                     : TextOf(key, "crv") == "P-256");
    if (fits) {
      fitting.push_back(key);
    }
  }
  if (fitting.size() != 1) {
    return Fail(ErrorCode::kNotFound, "The ID token is signed by a key that is not published.");
  }
  return fitting.front();
}

/// Leaves the public members only, so that nothing else of the set reaches the library.
std::string PublicPart(const json& key) {
  json part = json::object();
  for (const char* name : {"kty", "n", "e", "crv", "x", "y"}) {
    if (const std::string text = TextOf(key, name); !text.empty()) {
      part[name] = text;
    }
  }
  return part.dump();
}

bool IsAudience(const json& claims, const std::string& client_id) {
  const auto audience = claims.find("aud");
  if (audience == claims.end()) {
    return false;
  }
  if (audience->is_string()) {
    return audience->get<std::string>() == client_id;
  }
  const bool named = audience->is_array() && std::ranges::any_of(*audience, [&](const json& one) {
                       return one.is_string() && one.get<std::string>() == client_id;
                     });
  return named && (audience->size() == 1 || TextOf(claims, "azp") == client_id);
}

Status CheckClaims(const json& claims, const IdTokenExpectation& expected) {
  if (!claims.is_object()) {
    return Refused("holds no claims");
  }
  if (TextOf(claims, "iss") != expected.issuer) {
    return Refused("is from another issuer");
  }
  if (!IsAudience(claims, expected.client_id)) {
    return Refused("is for another audience");
  }
  if (claims.contains("azp") && TextOf(claims, "azp") != expected.client_id) {
    return Refused("was made for another party");
  }
  const std::int64_t now = domain::Milliseconds(expected.now) / 1000;
  const auto seconds = [&](const char* name) -> std::optional<double> {
    const auto found = claims.find(name);
    return found != claims.end() && found->is_number() ? std::optional(found->get<double>())
                                                       : std::nullopt;
  };
  const auto until = seconds("exp");
  if (!until || *until + kLeewaySeconds <= static_cast<double>(now)) {
    return Refused("has expired");
  }
  for (const char* name : {"iat", "nbf"}) {
    if (const auto from = seconds(name);
        from && *from - kLeewaySeconds > static_cast<double>(now)) {
      return Refused("is not valid yet; compare the clocks");
    }
  }
  if (!seconds("iat")) {
    return Refused("does not say when it was made");
  }
  if (expected.nonce.empty() || !base::EqualSecrets(TextOf(claims, "nonce"), expected.nonce)) {
    return Refused("answers another sign-in");
  }
  const std::string subject = TextOf(claims, "sub");
  if (subject.empty() || subject.size() > kLongestSubject) {
    return Refused("names nobody");
  }
  return {};
}

}  // namespace

Result<std::string> CheckIdToken(const std::string& token, const std::string& key_set,
                                 const IdTokenExpectation& expected) {
  if (token.empty() || token.size() > kLongestToken) {
    return Refused("is missing or too long");
  }
  cjose_err error{};
  const std::unique_ptr<cjose_jws_t, Release> jws(
      cjose_jws_import(token.data(), token.size(), &error));
  if (!jws) {
    return Refused("is no signed token");
  }
  cjose_header_t* header = cjose_jws_get_protected(jws.get());
  const std::string algorithm = HeaderText(header, CJOSE_HDR_ALG);
  if (algorithm != "RS256" && algorithm != "ES256") {
    return Refused("is not signed by RS256 or ES256");
  }
  RI_ASSIGN_OR_RETURN(const json key, KeyOf(key_set, algorithm, HeaderText(header, CJOSE_HDR_KID)));
  const std::string text = PublicPart(key);
  const std::unique_ptr<cjose_jwk_t, Release> jwk(
      cjose_jwk_import(text.data(), text.size(), &error));
  if (!jwk) {
    return Fail(ErrorCode::kStorage, "The sign-in provider's key cannot be read.");
  }
  if (!cjose_jws_verify(jws.get(), jwk.get(), &error)) {
    return Refused("carries a wrong signature");
  }
  std::uint8_t* bytes = nullptr;  // belongs to the token
  std::size_t size = 0;
  if (!cjose_jws_get_plaintext(jws.get(), &bytes, &size, &error)) {
    return Refused("holds no claims");
  }
  std::string claims(reinterpret_cast<const char*>(bytes), size);
  RI_RETURN_IF_ERROR(CheckClaims(json::parse(claims, nullptr, false), expected));
  return claims;
}

Result<std::string> CodeChallenge(const std::string& verifier) {
  const base::Sha256Digest digest = base::Sha256Of(verifier);
  char* text = nullptr;
  std::size_t size = 0;
  cjose_err error{};
  if (!cjose_base64url_encode(digest.data(), digest.size(), &text, &size, &error)) {
    return Fail(ErrorCode::kInternal, "The code challenge cannot be written.");
  }
  std::string challenge(text, size);
  cjose_get_dealloc()(text);
  return challenge;
}

}  // namespace ri::identity
