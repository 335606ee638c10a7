#include "api/server.h"

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <cstdio>
#include <deque>
#include <random>
#include <thread>
#include <unordered_set>
#include <vector>

#include "api/body_sink.h"
#include "api/request_head.h"

namespace ri::api {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = net::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kPiece = 65536;

/// Waits for a value that another thread hands over; `start` gets the function that takes it.
template <typename Value, typename Start>
net::awaitable<std::shared_ptr<Value>> Await(net::io_context& context, Start start) {
  net::use_awaitable_t<> token;
  co_return co_await net::async_initiate<net::use_awaitable_t<>, void(std::shared_ptr<Value>)>(
      [&context, start = std::move(start)](auto handler) mutable {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        start([&context, shared](std::shared_ptr<Value> value) {
          net::post(context,
                    [shared, value = std::move(value)]() mutable { (*shared)(std::move(value)); });
        });
      },
      token);
}

class BeastServer;

/// One event loop with its connections; everything in it happens on one thread.
struct Loop {
  net::io_context context{1};
  std::unordered_set<class Connection*> connections;
  std::jthread thread;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(BeastServer& server, Loop& loop, tcp::socket socket)
      : server_(server), loop_(loop), stream_(std::move(socket)) {}

  net::awaitable<void> Run();
  /// Closes at once when no request is being answered.
  void CloseIfIdle() {
    if (idle_) {
      error_code ignored;
      stream_.socket().close(ignored);
    }
  }

 private:
  net::awaitable<bool> ReadHead(std::string& head);
  net::awaitable<bool> ReadBody(const RequestHead& head, const std::string& raw, Request& request);
  net::awaitable<bool> ServeOne();
  net::awaitable<bool> Write(std::string_view bytes);
  net::awaitable<bool> Send(const Request& request, const RequestHead& head, Response& response);
  net::awaitable<bool> SendStream(const RequestHead& head, Response& response);
  net::awaitable<void> SendMalformed(int status, const std::string& detail);

  BeastServer& server_;
  Loop& loop_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  bool idle_ = true;
};

class BeastServer final : public Server {
 public:
  BeastServer(const ServerOptions& options, Application& application)
      : options_(options), application_(application) {
    for (unsigned i = 0; i < std::max(1U, options.threads); ++i) {
      loops_.push_back(std::make_unique<Loop>());
    }
  }
  ~BeastServer() override { Drain(); }

  Status Start() {
    error_code failed;
    const auto address = net::ip::make_address(options_.address, failed);
    if (failed) {
      return Fail(ErrorCode::kUsage,
                  "'" + options_.address + "' is no address. Write --listen 127.0.0.1:8080.");
    }
    const tcp::endpoint endpoint(address, options_.port);
    acceptor_ = std::make_unique<tcp::acceptor>(loops_[0]->context);
    acceptor_->open(endpoint.protocol(), failed);
    if (!failed) {
      acceptor_->set_option(net::socket_base::reuse_address(true), failed);
      acceptor_->bind(endpoint, failed);
    }
    if (!failed) {
      acceptor_->listen(4096, failed);
    }
    if (failed) {
      return Fail(ErrorCode::kStorage, "Cannot listen on " + options_.address + ":" +
                                           std::to_string(options_.port) + ": " + failed.message() +
                                           ". Choose another port with --listen.");
    }
    port_ = acceptor_->local_endpoint().port();
    net::co_spawn(loops_[0]->context, Accept(), net::detached);
    for (auto& loop : loops_) {
      loop->thread = std::jthread([this, &loop = *loop] {
        auto guard = net::make_work_guard(loop.context);
        loop.context.run();
      });
    }
    return {};
  }

  std::uint16_t port() const override { return port_; }
  const ServerCounters& counters() const override { return counters_; }

  void Drain() override {
    if (stopped_.exchange(true)) {
      return;
    }
    draining_ = true;
    net::post(loops_[0]->context, [this] {
      error_code ignored;
      acceptor_->close(ignored);
    });
    const auto deadline = Clock::now() + options_.drain_time;
    while (counters_.open > 0 && Clock::now() < deadline) {
      for (auto& loop : loops_) {
        net::post(loop->context, [&loop = *loop] {
          for (Connection* connection : loop.connections) {
            connection->CloseIfIdle();
          }
        });
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    for (auto& loop : loops_) {
      loop->context.stop();
    }
    for (auto& loop : loops_) {
      if (loop->thread.joinable()) {
        loop->thread.join();
      }
    }
  }

  const ServerOptions& options() const { return options_; }
  Application& application() { return application_; }
  ServerCounters& mutable_counters() { return counters_; }
  bool draining() const { return draining_; }

  /// Unique within all processes with overwhelming probability.
  std::string NewRequestId() {
    static thread_local std::mt19937_64 generator{std::random_device{}()};
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016llx",
                  static_cast<unsigned long long>(generator()));
    return text.data();
  }

 private:
  net::awaitable<void> Accept() {
    std::size_t turn = 0;
    while (!draining_) {
      Loop& loop = *loops_[turn++ % loops_.size()];
      tcp::socket socket(loop.context);
      error_code failed;
      co_await acceptor_->async_accept(socket, net::redirect_error(net::use_awaitable, failed));
      if (draining_ || failed == net::error::operation_aborted) {
        co_return;
      }
      if (failed) {
        // Out of descriptors: breathe, then go on; the connections there are are served.
        net::steady_timer pause(loops_[0]->context, std::chrono::milliseconds(50));
        co_await pause.async_wait(net::redirect_error(net::use_awaitable, failed));
        continue;
      }
      ++counters_.accepted;
      if (counters_.open >= static_cast<std::int64_t>(options_.most_connections)) {
        ++counters_.refused_connections;
        continue;  // closed by its destructor
      }
      ++counters_.open;
      auto connection = std::make_shared<Connection>(*this, loop, std::move(socket));
      net::post(loop.context, [this, &loop, connection] {
        loop.connections.insert(connection.get());
        net::co_spawn(
            loop.context, [connection] { return connection->Run(); },
            [this, &loop, connection](std::exception_ptr /*failed*/) {
              loop.connections.erase(connection.get());
              --counters_.open;
            });
      });
    }
  }

  ServerOptions options_;
  Application& application_;
  ServerCounters counters_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::unique_ptr<tcp::acceptor> acceptor_;
  std::uint16_t port_ = 0;
  std::atomic<bool> draining_{false};
  std::atomic<bool> stopped_{false};
};

net::awaitable<void> Connection::Run() {
  error_code ignored;
  stream_.socket().set_option(tcp::no_delay(true), ignored);
  while (!server_.draining()) {
    if (!co_await ServeOne()) {
      break;
    }
  }
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  stream_.socket().close(ignored);
}

/// False when the client went away or was too slow.
net::awaitable<bool> Connection::ReadHead(std::string& head) {
  const ServerOptions& options = server_.options();
  Clock::time_point deadline = Clock::now() + options.idle_time;
  bool begun = buffer_.size() > 0;
  if (begun) {
    deadline = Clock::now() + options.head_time;
  }
  std::size_t searched = 0;
  while (true) {
    const std::string_view text(static_cast<const char*>(buffer_.data().data()), buffer_.size());
    const std::size_t end = text.find("\r\n\r\n", searched < 3 ? 0 : searched - 3);
    if (end != std::string_view::npos) {
      if (end + 4 > options.longest_head) {
        co_await SendMalformed(431, "The head of the request is too long.");
        co_return false;
      }
      head.assign(text.substr(0, end + 4));
      idle_ = false;
      co_return true;
    }
    if (text.size() >= options.longest_head) {
      co_await SendMalformed(431, "The head of the request is too long.");
      co_return false;
    }
    searched = text.size();
    stream_.expires_at(deadline);
    error_code failed;
    const std::size_t got = co_await stream_.async_read_some(
        buffer_.prepare(4096), net::redirect_error(net::use_awaitable, failed));
    if (failed == beast::error::timeout && begun) {
      co_await SendMalformed(408, "The request took too long to arrive.");
    }
    if (failed) {
      co_return false;
    }
    buffer_.commit(got);
    if (!begun) {
      begun = true;
      deadline = Clock::now() + options.head_time;
    }
  }
}

net::awaitable<bool> Connection::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, 4 * kPiece);
    stream_.expires_after(server_.options().piece_time);
    error_code failed;
    co_await net::async_write(stream_, net::buffer(piece.data(), piece.size()),
                              net::redirect_error(net::use_awaitable, failed));
    if (failed) {
      co_return false;
    }
    bytes.remove_prefix(piece.size());
  }
  co_return true;
}

net::awaitable<void> Connection::SendMalformed(int status, const std::string& detail) {
  ++server_.mutable_counters().malformed;
  Response response = server_.application().Malformed(status, detail);
  std::string text = HeadOf(response, false);
  text += "Content-Length: " + std::to_string(response.Body().size()) + "\r\n\r\n";
  text += response.Body();
  if (co_await Write(text)) {
    // Read what is still on the way for a moment, or the reset would eat the answer.
    error_code failed;
    stream_.socket().shutdown(tcp::socket::shutdown_send, failed);
    stream_.expires_after(std::chrono::milliseconds(500));
    std::size_t total = 0;
    while (!failed && total < 16 * kPiece) {
      buffer_.clear();
      total += co_await stream_.async_read_some(buffer_.prepare(kPiece),
                                                net::redirect_error(net::use_awaitable, failed));
    }
  }
}

net::awaitable<bool> Connection::ReadBody(const RequestHead& head, const std::string& raw,
                                          Request& request) {
  buffer_.consume(raw.size());
  if (!head.chunked && (!head.has_length || head.content_length == 0)) {
    co_return true;
  }
  auto plan = std::make_shared<BodyPlan>();
  if (!server_.application().PlanBodyNow(request, *plan)) {
    plan = co_await Await<BodyPlan>(loop_.context, [&](auto reply) {
      server_.application().PlanBody(request, std::move(reply));
    });
  }
  if (plan->refusal) {
    plan->refusal->close = true;
    RequestHead last = head;
    last.keep_alive = false;
    co_await Send(request, last, *plan->refusal);
    co_return false;
  }
  if (head.has_length && head.content_length > plan->most_bytes) {
    co_await SendMalformed(
        413, "At most " + std::to_string(plan->most_bytes) + " bytes may be sent here.");
    co_return false;
  }
  if (head.expects_continue && !co_await Write("HTTP/1.1 100 Continue\r\n\r\n")) {
    co_return false;
  }
  // The head is known to be clean; the parser reads it again only to find the body.
  http::request_parser<http::buffer_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(server_.options().longest_head) + 1024);
  parser.body_limit(plan->most_bytes);
  error_code failed;
  std::string_view rest = raw;
  while (!parser.is_header_done() && !failed && !rest.empty()) {
    rest.remove_prefix(parser.put(net::buffer(rest.data(), rest.size()), failed));
  }
  if (failed || !parser.is_header_done()) {
    co_await SendMalformed(400, "The head of the request cannot be read.");
    co_return false;
  }
  BodySink sink(plan->file, request);
  std::vector<char> piece(head.has_length && head.content_length < kPiece ? head.content_length
                                                                          : kPiece);
  while (!parser.is_done()) {
    parser.get().body().data = piece.data();
    parser.get().body().size = piece.size();
    stream_.expires_after(server_.options().piece_time);
    co_await http::async_read(stream_, buffer_, parser,
                              net::redirect_error(net::use_awaitable, failed));
    if (failed == http::error::need_buffer) {
      failed = {};
    }
    if (failed) {
      break;
    }
    const std::size_t got = piece.size() - parser.get().body().size;
    sink.Write(std::string_view(piece.data(), got));
  }
  const bool stored = sink.Finish(!failed);
  if (failed == http::error::body_limit) {
    co_await SendMalformed(
        413, "At most " + std::to_string(plan->most_bytes) + " bytes may be sent here.");
  } else if (failed == beast::error::timeout) {
    co_await SendMalformed(408, "The body took too long to arrive.");
  } else if (failed == http::error::end_of_stream || failed == http::error::partial_message) {
    // The client left; nobody waits for an answer.
  } else if (failed) {
    co_await SendMalformed(400, "The body of the request is malformed.");
  } else if (!stored) {
    co_await SendMalformed(503, "The file could not be stored; the disk may be full.");
  }
  co_return !failed && stored;
}

net::awaitable<bool> Connection::SendStream(const RequestHead& head, Response& response) {
  const bool chunked = !head.http_10;
  const bool keep_alive = head.keep_alive && chunked && !response.close;
  std::string text = HeadOf(response, keep_alive);
  text += chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n";
  if (!co_await Write(text)) {
    co_return false;
  }
  bool last = false;
  while (!last) {
    stream_.expires_never();
    const auto piece = co_await Await<ByteStream::Piece>(loop_.context, [&](auto reply) {
      server_.application().RunOffNetwork(
          [this, stream = response.stream.get(), reply = std::move(reply)] {
            reply(std::make_shared<ByteStream::Piece>(stream->Next(server_.draining())));
          });
    });
    last = piece->last;
    if (!piece->bytes.empty()) {
      std::string out;
      if (chunked) {
        std::array<char, 20> size{};
        std::snprintf(size.data(), size.size(), "%zx\r\n", piece->bytes.size());
        out = size.data() + piece->bytes + "\r\n";
      }
      if (!co_await Write(chunked ? out : piece->bytes)) {
        co_return false;
      }
    }
    if (!last && piece->wait.count() > 0) {
      net::steady_timer pause(loop_.context, piece->wait);
      error_code ignored;
      co_await pause.async_wait(net::redirect_error(net::use_awaitable, ignored));
    }
  }
  if (chunked && !co_await Write("0\r\n\r\n")) {
    co_return false;
  }
  co_return keep_alive;
}

/// True when the connection may serve another request.
net::awaitable<bool> Connection::Send(const Request& request, const RequestHead& head,
                                      Response& response) {
  if (response.stream && request.method != "HEAD") {
    co_return co_await SendStream(head, response);
  }
  const bool keep_alive = head.keep_alive && !response.close && !server_.draining();
  std::string text = HeadOf(response, keep_alive);
  const std::string_view body = response.Body();
  if (response.status != 204 && response.status != 304) {
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  }
  text += "\r\n";
  const bool with_body =
      request.method != "HEAD" && response.status != 204 && response.status != 304;
  if (with_body && body.size() <= kPiece) {
    text += body;
    co_return co_await Write(text) && keep_alive;
  }
  co_return co_await Write(text) && (!with_body || co_await Write(body)) && keep_alive;
}

net::awaitable<bool> Connection::ServeOne() {
  idle_ = true;
  std::string raw;
  if (!co_await ReadHead(raw)) {
    co_return false;
  }
  const auto head = ReadRequestHead(raw);
  if (!head) {
    co_await SendMalformed(head.error().status, head.error().detail);
    co_return false;
  }
  error_code ignored;
  const net::ip::address remote = stream_.socket().remote_endpoint(ignored).address();
  const auto request = RequestOf(*head, remote.to_string(ignored), remote.is_loopback());
  if (!request) {
    co_await SendMalformed(400, "The address holds characters that are not allowed.");
    co_return false;
  }
  request->request_id = server_.NewRequestId();
  request->received = Clock::now();
  if (!co_await ReadBody(*head, raw, *request)) {
    co_return false;
  }
  stream_.expires_never();
  const auto response = co_await Await<Response>(
      loop_.context, [&](auto reply) { server_.application().Serve(request, std::move(reply)); });
  co_return co_await Send(*request, *head, *response);
}

}  // namespace

Result<std::unique_ptr<Server>> StartServer(const ServerOptions& options,
                                            Application& application) {
  auto server = std::make_unique<BeastServer>(options, application);
  RI_RETURN_IF_ERROR(server->Start());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace ri::api
