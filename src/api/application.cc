#include "api/application.h"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <thread>
#include <vector>

#include "api/call.h"
#include "api/gathering_pool.h"
#include "api/jobs.h"
#include "api/response_headers.h"
#include "api/routes.h"
#include "api/sign_in_cache.h"
#include "api/static_files.h"
#include "api/warm_up.h"
#include "api/worker_pool.h"
#include "base/secret.h"
#include "base/thread_priority.h"

namespace ri::api {
namespace {

constexpr std::string_view kApi = "/api/v1";
constexpr std::uint64_t kMostMemoryBody = 1 << 20;

bool IsWrite(std::string_view method) {
  return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

class App final : public RunningApplication {
 public:
  App(book::Workspace& workspace, data::OperationsStore& operations, ApplicationOptions options,
      StaticFiles files)
      : options_(std::move(options)),
        accounts_(operations),
        files_(std::move(files)),
        cache_(options_.requests_per_second),
        deals_(workspace, options_.clock),
        services_{.workspace = workspace,
                  .operations = operations,
                  .accounts = accounts_,
                  .deals = deals_,
                  .clock = options_.clock,
                  .version = options_.version,
                  .contract = options_.contract,
                  .upload_folder = options_.upload_folder,
                  .secure_cookies = options_.url.starts_with("https:")},
        jobs_(services_) {
    services_.jobs = &jobs_;
    services_.forget_sign_ins = [this] { cache_.Clear(); };
    services_.render_metrics = [this] { return RenderMetrics(); };
    if (options_.openid) {
      openid_ = std::make_unique<identity::OpenIdSignIn>(*options_.openid);
      services_.openid = openid_.get();
    }
    AddRoutes(router_);
    std::vector<std::string> labels;
    for (const Route& route : router_.routes()) {
      labels.push_back(route.method + " " + route.pattern);
    }
    labels.emplace_back("GET files");
    labels.emplace_back("other");
    metrics_ = std::make_unique<Metrics>(std::move(labels));
    pool_ = std::make_unique<WorkerPool>(options_.workers, options_.most_waiting);
    gathering_ = std::make_unique<GatheringPool>(
        static_cast<std::size_t>(std::max(1, workspace.num_threads())), options_.most_waiting,
        [this](std::vector<WaitingRequest> waiting) { AnswerTogether(std::move(waiting)); });
    if (options_.run_jobs) {
      jobs_.Start();
    }
    warmer_ = std::jthread([this](const std::stop_token& stop) { KeepWarm(stop); });
  }

  ~App() override {
    warmer_.request_stop();
    warmer_.join();
    jobs_.Stop();
    gathering_->Stop();
    pool_->Stop();
  }

  void BeginDrain() override {
    draining_ = true;
    warmer_.request_stop();
  }
  void Attach(const Server& server) override { server_ = &server; }

  bool PlanBodyNow(const Request& request, BodyPlan& plan) override {
    plan.most_bytes = kMostMemoryBody;
    const Router::Match match = router_.Find(request.method, request.path);
    return match.route == nullptr || !match.route->body_to_file;
  }

  void PlanBody(const Request& request,
                std::function<void(std::shared_ptr<BodyPlan>)> reply) override {
    auto plan = std::make_shared<BodyPlan>();
    const Router::Match match = router_.Find(request.method, request.path);
    // Nobody may fill the disk without having signed in.
    const bool taken = pool_->Submit([this, &request, route = match.route, plan, reply] {
      std::optional<identity::Principal> principal;
      if (auto refusal = Admit(request, *route, principal)) {
        Finish(request, *refusal);
        plan->refusal = std::make_unique<Response>(*std::move(refusal));
      } else {
        plan->most_bytes = route->most_body_bytes;
        std::error_code ignored;
        std::filesystem::create_directories(options_.upload_folder, ignored);
        ::chmod(options_.upload_folder.c_str(), S_IRWXU);
        plan->file = options_.upload_folder + "/" + base::RandomToken();
      }
      reply(plan);
    });
    if (!taken) {
      plan->refusal = std::make_unique<Response>(Overloaded());
      reply(std::move(plan));
    }
  }

  void Serve(std::shared_ptr<Request> request, Reply reply) override {
    if (!request->path.starts_with("/api/") && !IsOperation(request->path)) {
      auto response = std::make_shared<Response>(files_.Serve(*request));
      Finish(*request, *response);
      Observe(*request, *response, router_.routes().size());
      reply(std::move(response));
      return;
    }
    auto match = std::make_shared<Router::Match>(router_.Find(request->method, request->path));
    if (match->route != nullptr && match->route->together) {
      if (!gathering_->Submit({.request = request, .match = match, .reply = reply})) {
        Refuse(*request, reply);
      }
      return;
    }
    const auto work = [this, request, match, reply] {
      auto response = std::make_shared<Response>(Answer(*request, *match));
      Finish(*request, *response);
      Observe(*request, *response,
              match->route != nullptr ? match->route->index : router_.routes().size() + 1);
      reply(std::move(response));
    };
    if (IsOperation(request->path) && request->path != "/readyz") {
      work();  // must answer when everything else waits
    } else if (!pool_->Submit(work)) {
      Refuse(*request, reply);
    }
  }

  void RunOffNetwork(std::function<void()> work) override {
    pool_->SubmitContinuation(std::move(work));
  }

  Response Malformed(int status, const std::string& detail) override {
    const std::string_view code = status == 413 || status == 431 ? "too-large"
                                  : status == 408                ? "timeout"
                                  : status == 503                ? "storage"
                                                                 : "bad-input";
    Response response = Problem(status, code, detail);
    SetSecurityHeaders(response, services_.secure_cookies);
    return response;
  }

 private:
  /// Prepares the pages of every new list of deals before somebody asks.
  void KeepWarm(const std::stop_token& stop) {
    std::shared_ptr<const deals::DealList> warmed;
    std::mutex mutex;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
      const auto list = deals_.Peek();
      if (list && list != warmed && deals_.built_at() != domain::Timestamp()) {
        const bool first = warmed == nullptr;
        warmed = list;
        WarmUp(services_, list, stop);
        if (first) {
          // After the start somebody may wait for exactly this; later nobody does.
          base::LowerThreadPriority();
        }
      }
      std::unique_lock lock(mutex);
      wake.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
    }
  }

  static bool IsOperation(std::string_view path) {
    return path == "/healthz" || path == "/readyz" || path == "/metrics";
  }

  static Response Overloaded() {
    Response response = Problem(503, "overloaded", "Too many requests wait. Try again shortly.");
    return std::move(response.Set("Retry-After", "1"));
  }

  void Refuse(const Request& request, const Reply& reply) {
    metrics_->CountOverload();
    auto response = std::make_shared<Response>(Overloaded());
    Finish(request, *response);
    RemoveBody(request);
    reply(std::move(response));
  }

  static void RemoveBody(const Request& request) {
    if (!request.body_file.empty()) {
      std::error_code ignored;
      std::filesystem::remove(request.body_file, ignored);
    }
  }

  Response Ready() {
    if (draining_) {
      return Problem(503, "overloaded", "The server is being stopped.");
    }
    if (!services_.operations.Document("-").has_value()) {
      return Problem(503, "storage", "The database cannot be reached.");
    }
    return TextResponse(200, "text/plain; charset=utf-8", "ready\n");
  }

  Response Answer(const Request& request, const Router::Match& match) {
    if (match.route == nullptr) {
      RemoveBody(request);
      if (match.allowed.empty()) {
        return Problem(404, "not-found", "There is no such address.");
      }
      Response response =
          Problem(405, "method-not-allowed", "This address takes " + match.allowed + ".");
      return std::move(response.Set("Allow", match.allowed));
    }
    if (request.path == "/readyz") {
      return Ready();
    }
    std::optional<identity::Principal> principal;
    if (auto refusal = Admit(request, *match.route, principal)) {
      RemoveBody(request);
      return *std::move(refusal);
    }
    Call call{.request = request,
              .parameters = match.parameters,
              .principal = principal ? &*principal : nullptr,
              .services = services_,
              .now = options_.clock()};
    try {
      return match.route->handler(call);
    } catch (const std::exception& error) {
      // Libraries from outside throw; what reaches this place was not foreseen.
      LogEvent("exception", request, error.what());
      return ProblemOf(Error(ErrorCode::kInternal, error.what()));
    }
  }

  void AnswerTogether(std::vector<WaitingRequest> waiting) {
    metrics_->CountGathered(waiting.size());
    const auto send = [this](const WaitingRequest& each, Response response) {
      auto shared = std::make_shared<Response>(std::move(response));
      Finish(*each.request, *shared);
      Observe(*each.request, *shared, each.match->route->index);
      each.reply(std::move(shared));
    };
    std::deque<std::optional<identity::Principal>> principals;
    std::vector<WaitingRequest> admitted;
    std::vector<Call> calls;
    for (WaitingRequest& each : waiting) {
      std::optional<identity::Principal>& principal = principals.emplace_back();
      if (auto refusal = Admit(*each.request, *each.match->route, principal)) {
        send(each, *std::move(refusal));
        continue;
      }
      calls.push_back({.request = *each.request,
                       .parameters = each.match->parameters,
                       .principal = &*principal,
                       .services = services_,
                       .now = options_.clock()});
      admitted.push_back(std::move(each));
    }
    if (calls.empty()) {
      return;
    }
    std::vector<Response> responses;
    try {
      responses = admitted.front().match->route->together(calls);
    } catch (const std::exception& error) {
      LogEvent("exception", *admitted.front().request, error.what());
      for (std::size_t i = 0; i < admitted.size(); ++i) {
        responses.push_back(ProblemOf(Error(ErrorCode::kInternal, error.what())));
      }
    }
    for (std::size_t i = 0; i < admitted.size(); ++i) {
      send(admitted[i], std::move(responses[i]));
    }
  }

  /// Who asks, and whether he may; an answer when he may not.
  std::optional<Response> Admit(const Request& request, const Route& route,
                                std::optional<identity::Principal>& principal) {
    if (auto refusal = Identify(request, principal)) {
      if (route.gate == Gate::kOpen) {
        return std::nullopt;
      }
      return refusal;
    }
    if (route.gate == Gate::kOpen) {
      return std::nullopt;
    }
    if (!principal) {
      Response response = Problem(401, "sign-in-required", "Sign in, or send an API token.");
      return std::move(response.Set("WWW-Authenticate", "Bearer"));
    }
    const std::string who = principal->token_id ? "token " + std::to_string(*principal->token_id)
                                                : "session " + principal->session_hash;
    if (const auto pause = cache_.Spend(who)) {
      Response response =
          Problem(429, "rate-limited", "Slow down: too many requests from this sign-in.");
      return std::move(response.Set(
          "Retry-After", std::to_string(std::max<std::int64_t>(1, (pause->count() + 999) / 1000))));
    }
    if (IsWrite(request.method) && !principal->token_id) {
      const std::string_view site = request.Header("sec-fetch-site");
      if (!base::EqualSecrets(request.Header("x-csrf-token"), principal->csrf_token) ||
          site == "cross-site") {
        return Problem(403, "csrf", "Send the CSRF token of GET /session in X-CSRF-Token.");
      }
    }
    if (route.gate == Gate::kPermission && !principal->permissions.Has(route.permission)) {
      return Problem(403, "forbidden",
                     "This needs the permission '" +
                         std::string(identity::PermissionName(route.permission)) + "'.");
    }
    return std::nullopt;
  }

  std::optional<Response> Identify(const Request& request,
                                   std::optional<identity::Principal>& principal) {
    constexpr std::string_view kBearer = "Bearer ";
    const std::string_view authorization = request.Header("authorization");
    const bool by_token = authorization.starts_with(kBearer);
    const std::string secret = by_token ? std::string(authorization.substr(kBearer.size()))
                                        : request.Cookie("revint_session");
    if (secret.empty()) {
      return std::nullopt;
    }
    const std::string key = (by_token ? "t" : "s") + secret;
    principal = cache_.Find(key);
    if (principal) {
      return std::nullopt;
    }
    auto found = by_token ? accounts_.ByApiToken(secret, options_.clock())
                          : accounts_.BySession(secret, options_.clock());
    if (!found) {
      LogEvent("error", request, found.error().ToString());
      return ProblemOf(found.error());
    }
    principal = *std::move(found);
    if (principal) {
      cache_.Keep(key, *principal);
    }
    return std::nullopt;
  }

  void Finish(const Request& request, Response& response) const {
    SetSecurityHeaders(response, services_.secure_cookies);
    FinishResponse(request, response);
    // A connection that is kept now could be closed while its next request is on the way.
    response.close |= draining_.load();
  }

  void Observe(const Request& request, const Response& response, std::size_t route) {
    const auto time = std::chrono::steady_clock::now() - request.received;
    metrics_->Observe(route, response.status, time);
    if (!options_.log) {
      return;
    }
    JsonWriter line;
    line.BeginObject()
        .Field("at", domain::FormatTimestamp(options_.clock()))
        .Field("event", "request")
        .Field("request_id", request.request_id)
        .Field("method", request.method)
        // Without the query: it may name people.
        .Field("path", request.path)
        .Field("status", response.status)
        .Field("bytes", response.Body().size())
        .Field("milliseconds", std::chrono::duration<double, std::milli>(time).count())
        .Field("remote", request.remote_address)
        .EndObject();
    Log(line.Take());
  }

  void LogEvent(std::string_view event, const Request& request, std::string_view detail) {
    if (!options_.log) {
      return;
    }
    JsonWriter line;
    line.BeginObject()
        .Field("at", domain::FormatTimestamp(options_.clock()))
        .Field("event", event)
        .Field("request_id", request.request_id)
        .Field("path", request.path)
        .Field("detail", detail)
        .EndObject();
    Log(line.Take());
  }

  void Log(const std::string& line) {
    const std::lock_guard lock(log_mutex_);
    options_.log(line);
  }

  std::string RenderMetrics() {
    Metrics::Gauges gauges{.waiting_requests = pool_->waiting()};
    if (const Server* server = server_) {
      const ServerCounters& counters = server->counters();
      gauges.open_connections = counters.open;
      gauges.accepted_connections = counters.accepted;
      gauges.refused_connections = counters.refused_connections;
      gauges.malformed_requests = counters.malformed;
    }
    if (const auto list = deals_.Peek()) {
      gauges.open_deals = list->book().deals().size();
      gauges.book_age_seconds =
          std::chrono::duration<double>(options_.clock() - deals_.built_at()).count();
    }
    return metrics_->Render(gauges);
  }

  const ApplicationOptions options_;
  identity::Accounts accounts_;
  const StaticFiles files_;
  SignInCache cache_;
  CurrentDeals deals_;
  Services services_;
  std::unique_ptr<identity::OpenIdSignIn> openid_;
  JobRunner jobs_;
  Router router_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<WorkerPool> pool_;
  std::unique_ptr<GatheringPool> gathering_;
  std::atomic<const Server*> server_{nullptr};
  std::atomic<bool> draining_{false};
  std::mutex log_mutex_;
  std::jthread warmer_;
};

}  // namespace

std::vector<ServedRoute> ServedRoutes() {
  Router router;
  AddRoutes(router);
  std::vector<ServedRoute> served;
  for (const Route& route : router.routes()) {
    std::string permission = route.gate == Gate::kOpen ? "none"
                             : route.gate == Gate::kSignedIn
                                 ? "signed_in"
                                 : std::string(identity::PermissionName(route.permission));
    served.push_back({route.method, route.pattern, std::move(permission)});
  }
  return served;
}

Result<std::unique_ptr<RunningApplication>> MakeApplication(book::Workspace& workspace,
                                                            data::OperationsStore& operations,
                                                            ApplicationOptions options) {
  if (!options.clock) {
    options.clock = [] {
      return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    };
  }
  RI_ASSIGN_OR_RETURN(StaticFiles files, StaticFiles::Load(options.web_folder));
  return std::make_unique<App>(workspace, operations, std::move(options), std::move(files));
}

}  // namespace ri::api
