#include "delivery/transport.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace ri::delivery {
namespace {

constexpr long kConnectSeconds = 10;
constexpr long kTotalSeconds = 60;

struct HandleCloser {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, HandleCloser>;

/// A list of texts as the library wants it.
class TextList {
 public:
  TextList() = default;
  ~TextList() { curl_slist_free_all(list_); }
  TextList(const TextList&) = delete;
  TextList& operator=(const TextList&) = delete;
  void Add(const std::string& text) {
    if (curl_slist* longer = curl_slist_append(list_, text.c_str())) {
      list_ = longer;
    }
  }
  [[nodiscard]] curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

struct Outgoing {
  std::string_view rest;
};

std::size_t Read(char* to, std::size_t size, std::size_t count, void* data) {
  auto& outgoing = *static_cast<Outgoing*>(data);
  const std::size_t bytes = std::min(size * count, outgoing.rest.size());
  std::memcpy(to, outgoing.rest.data(), bytes);
  outgoing.rest.remove_prefix(bytes);
  return bytes;
}

/// Answers are not read: nobody needs them, and they may repeat what was sent.
std::size_t Discard(char* /*from*/, std::size_t size, std::size_t count, void* /*data*/) {
  return size * count;
}

std::string_view AuthorityOf(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) {
    return {};
  }
  std::string_view rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  const std::size_t user = rest.rfind('@');
  return user == std::string_view::npos ? rest : rest.substr(user + 1);
}

bool IsThisMachine(std::string_view url) {
  const std::string_view host = AuthorityOf(url);
  return host == "localhost" || host.starts_with("localhost:") || host == "127.0.0.1" ||
         host.starts_with("127.0.0.1:") || host == "[::1]" || host.starts_with("[::1]:");
}

Result<Handle> Open(const std::string& url, const std::string& ca_file) {
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  Handle handle(kReady == CURLE_OK ? curl_easy_init() : nullptr);
  if (!handle) {
    return Fail(ErrorCode::kStorage, "libcurl cannot be started: out of memory.");
  }
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, kTotalSeconds);
  curl_easy_setopt(handle.get(), CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, "http,https,smtp,smtps");
  curl_easy_setopt(handle.get(), CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, &Discard);
  curl_easy_setopt(handle.get(), CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  if (!ca_file.empty()) {
    curl_easy_setopt(handle.get(), CURLOPT_CAINFO, ca_file.c_str());
  }
  return handle;
}

/// Says what happened without anything of the address but its host.
Status Judge(CURL* handle, CURLcode code, const std::string& url, bool mail) {
  long answer = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer);
  const std::string host = HostOf(url);
  if (code == CURLE_OK && (mail || (answer >= 200 && answer < 300))) {
    return {};
  }
  // SMTP: 4xx may work later, 5xx will not. HTTP the other way round, but for "slow down".
  const bool refused =
      mail ? answer >= 500 && answer < 600
           : answer >= 300 && answer < 500 && answer != 408 && answer != 425 && answer != 429;
  if (code == CURLE_LOGIN_DENIED) {
    return Fail(ErrorCode::kRefused, host + " did not accept the name and the password.");
  }
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_USE_SSL_FAILED) {
    return Fail(ErrorCode::kRefused,
                host + " cannot prove who it is, or offers no encryption; nothing was sent.");
  }
  if (answer >= 300) {
    return Fail(refused ? ErrorCode::kRefused : ErrorCode::kStorage,
                fmt::format("{} answered {}.", host, answer));
  }
  return Fail(ErrorCode::kStorage, fmt::format("{}: {}.", host, curl_easy_strerror(code)));
}

}  // namespace

std::string HostOf(std::string_view url) { return std::string(AuthorityOf(url)); }

Status CheckMailServer(const MailServer& server) {
  const bool known = server.url.starts_with("smtps://") || server.url.starts_with("smtp://");
  if (!known || HostOf(server.url).empty()) {
    return Fail(ErrorCode::kUsage,
                "The mail server is written smtps://host:465 or smtp://host:587.");
  }
  return {};
}

Status CheckWebHook(const WebHook& hook) {
  if (HostOf(hook.url).empty() || !(hook.url.starts_with("https://") ||
                                    (hook.url.starts_with("http://") && IsThisMachine(hook.url)))) {
    return Fail(ErrorCode::kUsage,
                "The web hook is written https://host/path; http only on this machine.");
  }
  return {};
}

Status SendMail(const MailServer& server, const Mail& mail) {
  RI_RETURN_IF_ERROR(CheckMailServer(server));
  RI_ASSIGN_OR_RETURN(const std::string message, MessageOf(mail));
  RI_ASSIGN_OR_RETURN(const Handle handle, Open(server.url, server.ca_file));
  TextList receivers;
  for (const std::string& address : mail.to) {
    receivers.Add("<" + address + ">");
  }
  const std::string sender = "<" + mail.from + ">";
  Outgoing outgoing{.rest = message};
  curl_easy_setopt(handle.get(), CURLOPT_USE_SSL,
                   static_cast<long>(IsThisMachine(server.url) ? CURLUSESSL_TRY : CURLUSESSL_ALL));
  curl_easy_setopt(handle.get(), CURLOPT_MAIL_FROM, sender.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_MAIL_RCPT, receivers.get());
  curl_easy_setopt(handle.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_READFUNCTION, &Read);
  curl_easy_setopt(handle.get(), CURLOPT_READDATA, &outgoing);
  if (!server.user.empty()) {
    curl_easy_setopt(handle.get(), CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_PASSWORD, server.password.c_str());
  }
  const CURLcode code = curl_easy_perform(handle.get());
  return Judge(handle.get(), code, server.url, true);
}

Status PostDocument(const WebHook& hook, const std::string& json, const std::string& id) {
  RI_RETURN_IF_ERROR(CheckWebHook(hook));
  RI_ASSIGN_OR_RETURN(const Handle handle, Open(hook.url, hook.ca_file));
  TextList headers;
  headers.Add("Content-Type: application/json");
  headers.Add("Idempotency-Key: " + id);
  headers.Add("Expect:");
  if (!hook.token.empty()) {
    headers.Add("Authorization: Bearer " + hook.token);
  }
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle.get(), CURLOPT_POST, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, json.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(json.size()));
  curl_easy_setopt(handle.get(), CURLOPT_USERAGENT, "revint");
  const CURLcode code = curl_easy_perform(handle.get());
  return Judge(handle.get(), code, hook.url, false);
}

}  // namespace ri::delivery
