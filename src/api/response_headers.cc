#include "api/response_headers.h"

#include <fmt/format.h>

#include <functional>
#include <string>
#include <string_view>

#include "api/known_sentences.h"
#include "api/language.h"
#include "api/static_files.h"

namespace ri::api {
namespace {

constexpr std::size_t kSmallestToCompress = 1400;  // one packet

/// Everything a page needs comes from this server; styles that scripts set on elements are allowed,
/// style sheets and scripts from elsewhere are not.
constexpr const char* kContentPolicy =
    "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// 64 bits and the length: it tells pages of one reader apart and guards nothing. A cryptographic
/// hash of the page of a hundred deals would take longer than making it.
std::string EtagOf(std::string_view body) {
  return fmt::format("W/\"{:016x}-{:x}\"", std::hash<std::string_view>()(body), body.size());
}

}  // namespace

void SetSecurityHeaders(Response& response, bool secure) {
  response.Set("X-Content-Type-Options", "nosniff")
      .Set("Content-Security-Policy", kContentPolicy)
      .Set("Referrer-Policy", "no-referrer")
      .Set("Cross-Origin-Opener-Policy", "same-origin")
      .Set("Cross-Origin-Resource-Policy", "same-origin")
      .Set("X-Frame-Options", "DENY")
      .Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  if (secure) {
    response.Set("Strict-Transport-Security", "max-age=31536000");
  }
}

void FinishResponse(const Request& request, Response& response) {
  response.Set("X-Request-Id", request.request_id);
  const bool is_api = request.path.starts_with("/api/");
  if (is_api && !response.Has("Cache-Control")) {
    response.Set("Cache-Control", "private, no-cache");
  }
  if (is_api) {
    response.Set("Vary", "Accept-Encoding, Accept-Language, Cookie, Authorization");
  }
  if (!is_api || response.stream || response.shared_body) {
    return;
  }
  if (!response.body.empty()) {
    const base::Language language = LanguageOf(request);
    TranslateProblem(language, response);
    response.Set("Content-Language", std::string(LanguageTag(language)));
  }
  if (request.method == "GET" && response.status == 200) {
    const std::string etag = EtagOf(response.body);
    response.Set("ETag", etag);
    if (request.Header("if-none-match") == etag) {
      response.status = 304;
      response.body.clear();
      return;
    }
  }
  if (response.body.size() >= kSmallestToCompress &&
      AcceptsGzip(request.Header("accept-encoding"))) {
    if (std::string packed = Gzip(response.body, 1); !packed.empty()) {
      response.body = std::move(packed);
      response.Set("Content-Encoding", "gzip");
    }
  }
}

}  // namespace ri::api
