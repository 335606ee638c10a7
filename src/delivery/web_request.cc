#include "delivery/web_request.h"

#include <curl/curl.h>

#include <memory>
#include <string_view>

namespace ri::delivery {
namespace {

constexpr std::size_t kMostBytes = 1 << 20;
constexpr long kConnectSeconds = 5;
constexpr long kTotalSeconds = 10;

bool IsLoopback(std::string_view url) {
  for (const std::string_view host : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
    if (url.starts_with(host)) {
      const std::string_view rest = url.substr(host.size());
      return rest.empty() || rest.front() == ':' || rest.front() == '/';
    }
  }
  return false;
}

std::size_t Append(char* bytes, std::size_t size, std::size_t count, void* target) {
  auto& body = *static_cast<std::string*>(target);
  if (body.size() + size * count > kMostBytes) {
    return 0;  // libcurl gives up then
  }
  body.append(bytes, size * count);
  return size * count;
}

struct Closer {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

bool Ready() {
  static const bool kReady = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return kReady;
}

}  // namespace

bool IsSecureAddress(const std::string& url) {
  return (url.starts_with("https://") && !url.contains('@')) || IsLoopback(url);
}

Result<WebAnswer> AskWeb(const WebRequest& request) {
  if (!IsSecureAddress(request.url)) {
    return Fail(ErrorCode::kUsage, "'" + request.url + "' is no https address.");
  }
  const std::unique_ptr<CURL, Closer> handle(Ready() ? curl_easy_init() : nullptr);
  if (!handle) {
    return Fail(ErrorCode::kInternal, "The HTTP client cannot be started.");
  }
  CURL* curl = handle.get();
  WebAnswer answer;
  const bool local = IsLoopback(request.url);
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, local ? "http" : "https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, kTotalSeconds);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  if (local) {
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  }
  if (!request.form.empty()) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.form.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.form.c_str());
  }
  if (!request.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(curl, CURLOPT_USERNAME, request.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, request.password.c_str());
  }
  if (const CURLcode failed = curl_easy_perform(curl); failed != CURLE_OK) {
    return Fail(ErrorCode::kStorage, "The sign-in provider cannot be reached: " +
                                         std::string(curl_easy_strerror(failed)) + ".");
  }
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

}  // namespace ri::delivery
