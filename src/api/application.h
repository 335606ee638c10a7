#pragma once

/// The program behind the network: routes, who may use them, workers, logs.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/server.h"
#include "base/result.h"
#include "book/workspace.h"
#include "identity/accounts.h"
#include "identity/openid_sign_in.h"

namespace ri::api {

struct ApplicationOptions {
  std::string version;
  std::string contract;       ///< text of openapi.yaml
  std::string web_folder;     ///< empty: no pages
  std::string upload_folder;  ///< made when needed
  std::string url;            ///< as browsers see the server; https makes cookies secure
  std::size_t workers = 4;
  std::size_t most_waiting = 512;    ///< requests; more are answered 503
  double requests_per_second = 200;  ///< per session or token, in bursts of twice as many; 0: any
  bool run_jobs = true;
  std::optional<identity::OpenIdSettings> openid;
  std::function<domain::Timestamp()> clock;  ///< default: the system's
  /// One line of JSON per request and event. Called from several threads, one at a time.
  std::function<void(const std::string&)> log;
};

/// Routes of the contract as served, for the test that compares the two: "GET /api/v1/deals".
struct ServedRoute {
  std::string method, path, permission;
};

[[nodiscard]] std::vector<ServedRoute> ServedRoutes();

class RunningApplication : public Application {
 public:
  /// Tells load balancers to go elsewhere; requests are still answered.
  virtual void BeginDrain() = 0;
  /// Counters of the network rim for /metrics.
  virtual void Attach(const Server& server) = 0;
};

/// `workspace` and `operations` must outlive the application.
[[nodiscard]] Result<std::unique_ptr<RunningApplication>> MakeApplication(
    book::Workspace& workspace, data::OperationsStore& operations, ApplicationOptions options);

}  // namespace ri::api
