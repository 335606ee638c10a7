#pragma once

/// Asks another server over HTTP, by libcurl. For the back channel of
/// the sign-in at an OpenID Connect provider.

#include <string>

#include "base/result.h"

namespace ri::delivery {

struct WebRequest {
  std::string url;
  std::string form;            ///< sent by POST as application/x-www-form-urlencoded; empty: GET
  std::string user, password;  ///< HTTP Basic; empty: none
};

struct WebAnswer {
  long status = 0;
  std::string body;  ///< at most 1 MiB
};

/// Follows no redirects, gives up after ten seconds. kStorage when there is no answer, kUsage for
/// an address that IsSecureAddress refuses. Thread safety: any thread.
[[nodiscard]] Result<WebAnswer> AskWeb(const WebRequest& request);

/// https, or http to this very machine.
[[nodiscard]] bool IsSecureAddress(const std::string& url);

}  // namespace ri::delivery
