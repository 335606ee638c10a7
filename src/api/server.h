#pragma once

/// The network rim: HTTP/1.1 over TCP. Everything it needs from the rest is `Application`, so that
/// the library behind it is visible in server.cc only.
///
/// Each network thread has an event loop of its own; connections are dealt out in turn. A slow or
/// silent client costs a socket and a few kB, never a thread. Bodies, heads, waiting times, the
/// number of connections and of waiting requests are bounded.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "api/http_message.h"
#include "base/result.h"

namespace ri::api {

/// What may be sent with a request, decided from its head alone.
struct BodyPlan {
  std::uint64_t most_bytes = 1 << 20;
  std::string file;  ///< put the body here instead of into memory
  /// Set when the request is answered without reading its body.
  std::unique_ptr<Response> refusal;
};

/// Calls come on network threads and must return at once.
class Application {
 public:
  virtual ~Application() = default;
  using Reply = std::function<void(std::shared_ptr<Response>)>;
  /// Called when a head was read and a body follows; true when the plan is the same for everybody.
  virtual bool PlanBodyNow(const Request& request, BodyPlan& plan) = 0;
  /// Called when PlanBodyNow said no; `reply` may come from any thread.
  virtual void PlanBody(const Request& request,
                        std::function<void(std::shared_ptr<BodyPlan>)> reply) = 0;
  /// Answers the request; `reply` is called exactly once, from any thread.
  virtual void Serve(std::shared_ptr<Request> request, Reply reply) = 0;
  /// Runs a piece of a streamed answer off the network threads.
  virtual void RunOffNetwork(std::function<void()> work) = 0;
  /// An answer for a request that could not be read.
  virtual Response Malformed(int status, const std::string& detail) = 0;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0: any free one
  unsigned threads = 1;
  std::size_t most_connections = 20000;
  std::size_t longest_head = 16384;
  std::chrono::milliseconds head_time{15000};   ///< from the first byte of a request to its last
  std::chrono::milliseconds idle_time{75000};   ///< between requests
  std::chrono::milliseconds piece_time{30000};  ///< for each 64 kB of a body, in and out
  std::chrono::milliseconds drain_time{30000};
};

struct ServerCounters {
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::int64_t> open{0};
  std::atomic<std::uint64_t> refused_connections{0};
  std::atomic<std::uint64_t> malformed{0};
};

class Server {
 public:
  virtual ~Server() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  [[nodiscard]] virtual const ServerCounters& counters() const = 0;
  /// Stops accepting, lets answers that have begun end, closes idle connections; returns when all
  /// are closed or drain_time is over.
  virtual void Drain() = 0;
};

/// Binds and starts the threads. `application` must outlive the server. kStorage when the address
/// is taken, kUsage when it is none.
[[nodiscard]] Result<std::unique_ptr<Server>> StartServer(const ServerOptions& options,
                                                          Application& application);

}  // namespace ri::api
