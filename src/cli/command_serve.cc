#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <thread>

#include "book/engines.h"
#include "cli/commands.h"
#include "cli/serve.h"
#include "identity/openid_sign_in.h"

namespace ri::cli {
namespace {

namespace fs = std::filesystem;

/// Within the ten seconds that supervisors usually give before they kill.
constexpr std::chrono::seconds kFarewell{5};

/// Every open connection takes a descriptor; the soft limit is often 1024.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

/// The folder of the web pages: named, beside the program, or where an installation puts it.
std::string WebFolder(const std::string& named) {
  if (!named.empty()) {
    return named == "none" ? "" : named;
  }
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed).parent_path();
  for (const fs::path& folder :
       {program / "web", program / "../share/revint/web", program / "../../../web/dist"}) {
    if (!failed && fs::exists(folder / "index.html", failed)) {
      return fs::weakly_canonical(folder, failed).string();
    }
  }
  return "";
}

struct Address {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
};

Result<Address> ParseAddress(const std::string& text) {
  Address address;
  const std::size_t colon = text.rfind(':');
  const std::string port = colon == std::string::npos ? text : text.substr(colon + 1);
  if (colon != std::string::npos && colon > 0) {
    address.host = text.substr(0, colon);
    if (address.host.starts_with('[') && address.host.ends_with(']')) {
      address.host = address.host.substr(1, address.host.size() - 2);
    }
  }
  int number = -1;
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != port.data() + port.size() || number < 0 ||
      number > 65535) {
    return Fail(ErrorCode::kUsage,
                "'" + text + "' is no address. Write --listen 127.0.0.1:8080 or --listen 8080.");
  }
  address.port = static_cast<std::uint16_t>(number);
  return address;
}

/// Waits for the signals that mean "stop". They must be blocked before other threads start.
class StopSignal {
 public:
  StopSignal() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    signal(SIGPIPE, SIG_IGN);
  }
  void Wait() const {
    int received = 0;
    sigwait(&signals_, &received);
  }
  /// Until the next one, but no longer than `most`.
  void WaitAgain(std::chrono::seconds most) const {
    const timespec patience{.tv_sec = most.count(), .tv_nsec = 0};
    sigtimedwait(&signals_, nullptr, &patience);
  }

 private:
  sigset_t signals_{};
};

void LogToStandardError(const std::string& line) {
  const std::string text = line + "\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
}

std::string RouteList() {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const api::ServedRoute& route : api::ServedRoutes()) {
    list.push_back(
        {{"method", route.method}, {"path", route.path}, {"permission", route.permission}});
  }
  return nlohmann::ordered_json{{"routes", list}}.dump(2) + "\n";
}

/// The provider's settings; empty without an issuer. The secret comes from a file or the
/// environment, never from the command line, which everybody on the machine can read.
Result<std::optional<identity::OpenIdSettings>> OpenIdOf(const ServeOptions& options) {
  const ServeOptions::OpenId& given = options.openid;
  if (given.issuer.empty()) {
    return std::optional<identity::OpenIdSettings>();
  }
  if (given.client_id.empty() || options.url.empty()) {
    return Fail(ErrorCode::kUsage,
                "Sign-in by OpenID Connect needs --openid-client-id and --url, the address at "
                "which browsers reach this server.");
  }
  identity::OpenIdSettings settings{.issuer = given.issuer,
                                    .client_id = given.client_id,
                                    .redirect_uri = options.url + "/api/v1/session/openid/callback",
                                    .role_claim = given.role_claim,
                                    .trust_email = given.trust_email};
  if (!given.label.empty()) {
    settings.label = given.label;
  }
  if (!given.scopes.empty()) {
    settings.scopes = given.scopes;
  }
  RI_ASSIGN_OR_RETURN(settings.roles, identity::ReadRoleMap(given.roles));
  RI_RETURN_IF_ERROR(identity::CheckOpenIdSettings(settings));
  if (!given.secret_file.empty()) {
    std::ifstream file(given.secret_file);
    if (!std::getline(file, settings.client_secret) || settings.client_secret.empty()) {
      return Fail(ErrorCode::kUsage, "No secret can be read from '" + given.secret_file + "'.");
    }
  } else if (const char* secret = std::getenv("REVINT_OPENID_CLIENT_SECRET")) {
    settings.client_secret = secret;
  }
  return std::optional(std::move(settings));
}

}  // namespace

Status Serve(const std::string& database, int threads, const ServeOptions& options,
             const std::function<void(const std::string&)>& print) {
  RI_ASSIGN_OR_RETURN(const Address address, ParseAddress(options.listen));
  RaiseDescriptorLimit();
  const StopSignal stop;
  RI_ASSIGN_OR_RETURN(auto workspace, book::Workspace::Open({.database = database,
                                                             .num_threads = threads,
                                                             .serve_while_loading = true}));
  RI_ASSIGN_OR_RETURN(auto operations, book::OpenOperations(database));
  const std::string uploads =
      options.uploads.empty()
          ? (fs::temp_directory_path() / fmt::format("revint-uploads-{}", getuid())).string()
          : options.uploads;
  api::ApplicationOptions application_options{
      .version = RI_VERSION,
      .contract = std::string(api::Contract()),
      .web_folder = WebFolder(options.web),
      .upload_folder = uploads,
      .url = options.url,
      .workers = options.workers > 0 ? static_cast<std::size_t>(options.workers)
                                     : static_cast<std::size_t>(std::max(8, 4 * threads)),
      .requests_per_second = options.rate_limit,
      .run_jobs = !options.no_jobs};
  RI_ASSIGN_OR_RETURN(application_options.openid, OpenIdOf(options));
  if (!options.no_log) {
    application_options.log = LogToStandardError;
  }
  RI_ASSIGN_OR_RETURN(auto application,
                      api::MakeApplication(*workspace, *operations, application_options));
  RI_ASSIGN_OR_RETURN(auto server,
                      api::StartServer({.address = address.host,
                                        .port = address.port,
                                        .threads = static_cast<unsigned>(std::max(1, threads))},
                                       *application));
  application->Attach(*server);
  const std::string url =
      options.url.empty()
          ? fmt::format("http://{}:{}",
                        address.host.contains(':') ? "[" + address.host + "]" : address.host,
                        server->port())
          : options.url;
  print(fmt::format("Serving {} on {}\n", database.starts_with("sqlite:") ? database : "PostgreSQL",
                    url));
  identity::Accounts accounts(*operations);
  RI_ASSIGN_OR_RETURN(const auto link, accounts.FirstStart(api::SystemNow()));
  if (link) {
    print(fmt::format("First start. Sign in once, within a day, with this link:\n  {}{}{}\n", url,
                      "/sign-in#token=", link->secret));
  }
  print("Stop with Ctrl-C.\n");
  stop.Wait();
  application->BeginDrain();
  if (options.stop_delay > 0) {
    print(
        fmt::format("Stopping in {} s: until then /readyz says 503 and everything else is served. "
                    "A second signal stops at once.\n",
                    options.stop_delay));
    stop.WaitAgain(std::chrono::seconds(options.stop_delay));
  }
  print("Stopping: requests under way are finished first.\n");
  server->Drain();
  server.reset();
  // Answers have ended and jobs stop at their next step. What else runs prepares pages that nobody
  // will ask for and writes nothing: it is not waited for.
  const std::jthread patience([](const std::stop_token& over) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, over, kFarewell, [] { return false; });
    if (!over.stop_requested()) {
      std::_Exit(EXIT_SUCCESS);
    }
  });
  application.reset();
  return {};
}

void AddServeOptions(CLI::App& app, ServeOptions& options) {
  app.add_option("--listen", options.listen,
                 "Address and port; default 127.0.0.1:8080. Port 0 takes any free one");
  app.add_option("--web", options.web,
                 "Folder of the built web pages; default beside the program; none = API only");
  app.add_option("--url", options.url,
                 "How browsers reach this server through a proxy, for example "
                 "https://revenue.example.com");
  app.add_option("--uploads", options.uploads,
                 "Folder for uploaded files; default one in the temporary folder");
  app.add_option("--workers", options.workers, "Threads that answer requests; default 4 per core")
      ->check(CLI::Range(1, 1024));
  app.add_option("--rate-limit", options.rate_limit,
                 "Requests per second of one session or token; default 200, 0 = any")
      ->check(CLI::NonNegativeNumber);
  ServeOptions::OpenId& openid = options.openid;
  app.add_option("--openid-issuer", openid.issuer,
                 "Sign-in at an OpenID Connect provider: its issuer address")
      ->envname("REVINT_OPENID_ISSUER");
  app.add_option("--openid-client-id", openid.client_id, "What the provider calls this server")
      ->envname("REVINT_OPENID_CLIENT_ID");
  app.add_option("--openid-client-secret-file", openid.secret_file,
                 "File with the secret; otherwise REVINT_OPENID_CLIENT_SECRET, or none")
      ->envname("REVINT_OPENID_CLIENT_SECRET_FILE");
  app.add_option("--openid-label", openid.label, "Words on the button of the sign-in page")
      ->envname("REVINT_OPENID_LABEL");
  app.add_option("--openid-scopes", openid.scopes, "Default: openid email profile")
      ->envname("REVINT_OPENID_SCOPES");
  app.add_option("--openid-role-claim", openid.role_claim,
                 "Claim with groups or roles, for example groups or realm_access.roles")
      ->envname("REVINT_OPENID_ROLE_CLAIM");
  app.add_option("--openid-roles", openid.roles,
                 "What its values mean: sales-leads=leader,crm-admins=admin")
      ->envname("REVINT_OPENID_ROLES");
  app.add_flag("--openid-trust-email", openid.trust_email,
               "Take addresses for verified where the provider does not say so")
      ->envname("REVINT_OPENID_TRUST_EMAIL");
  app.add_option(
         "--stop-delay", options.stop_delay,
         "Seconds to go on serving when asked to stop, while /readyz says 503 and a balancer "
         "turns to other processes; default 0")
      ->check(CLI::Range(0, 300));
  app.add_flag("--no-jobs", options.no_jobs, "Leave imports and training to other processes");
  app.add_flag("--no-log", options.no_log, "Do not log requests to standard error");
}

Action AddServe(CLI::App& app) {
  auto options = std::make_shared<ServeOptions>();
  AddServeOptions(app, *options);
  app.add_flag("--list-routes", options->list_routes,
               "Print the routes and what they need as JSON, and end");
  return [options](Context& context) -> Status {
    if (options->list_routes) {
      context.Print(RouteList());
      return {};
    }
    if (context.json()) {
      return Fail(ErrorCode::kUsage, "serve has no document to print; leave --json out.");
    }
    return Serve(context.options().database, context.threads(), *options,
                 [&context](const std::string& text) {
                   context.Print(text);
                   std::fflush(stdout);
                 });
  };
}

}  // namespace ri::cli
