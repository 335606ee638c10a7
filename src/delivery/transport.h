#pragma once

/// Out of the house: mail by SMTP, documents by HTTP. The only door to libcurl.
///
/// No message, log or error ever holds a password, a token or the path of an address. What may work
/// later is kStorage; what will not, however often it is tried, is kRefused.

#include <string>
#include <string_view>

#include "base/result.h"
#include "delivery/mail_message.h"

namespace ri::delivery {

struct MailServer {
  std::string url;   ///< "smtps://mail.example.com:465" or "smtp://mail.example.com:587"
  std::string user;  ///< empty: without signing in
  std::string password;
  std::string ca_file;  ///< certificates to trust instead of the system's; empty: those
};

struct WebHook {
  std::string url;    ///< "https://..."
  std::string token;  ///< sent as a bearer token; empty: none
  std::string ca_file;
};

/// Host and port of a URL, which may be shown; empty when it is none.
[[nodiscard]] std::string HostOf(std::string_view url);

/// kUsage unless the scheme is one of ours and encrypted, or the host is this machine. smtp:// must
/// be able to switch to TLS before anything is said, except on this machine.
[[nodiscard]] Status CheckMailServer(const MailServer& server);
[[nodiscard]] Status CheckWebHook(const WebHook& hook);

/// Waits at most a minute. Thread safety: any thread.
Status SendMail(const MailServer& server, const Mail& mail);

/// Posts a JSON document with the id as its Idempotency-Key. Redirections are not followed: a token
/// must not travel to another host. Any 2xx counts as taken.
Status PostDocument(const WebHook& hook, const std::string& json, const std::string& id);

}  // namespace ri::delivery
