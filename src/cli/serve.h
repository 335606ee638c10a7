#pragma once

/// What `revint serve` and the end of `revint demo` share.

#include <functional>
#include <string>

#include "api/application.h"
#include "api/contract.h"
#include "cli/context.h"

namespace CLI {
class App;
}

namespace ri::cli {

struct ServeOptions {
  std::string listen = "127.0.0.1:8080";
  std::string web, url, uploads;
  int workers = 0;
  double rate_limit = 200;
  int stop_delay = 0;  ///< seconds between the signal and the end of accepting
  bool no_jobs = false;
  bool no_log = false;
  bool list_routes = false;
  struct OpenId {
    std::string issuer, client_id, secret_file, label, scopes, role_claim, roles;
    bool trust_email = false;
  } openid;
};

void AddServeOptions(CLI::App& app, ServeOptions& options);

/// Serves until SIGTERM or SIGINT. Prints the address and, on the first start, a sign-in link.
Status Serve(const std::string& database, int threads, const ServeOptions& options,
             const std::function<void(const std::string&)>& print);

}  // namespace ri::cli
