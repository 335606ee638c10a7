#pragma once

/// Requests and answers as handlers see them: plain values without the network behind them.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ri::api {

struct Request {
  std::string method;  ///< upper case
  std::string target;  ///< as sent
  std::string path;    ///< decoded, without the query; starts with "/"
  std::vector<std::pair<std::string, std::string>> query;    ///< decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;
  std::string body_file;  ///< where a large body was put instead; empty otherwise
  std::uint64_t body_bytes = 0;
  std::string remote_address;
  bool is_local = false;  ///< the other end is this machine and no proxy stands in between
  std::string request_id;
  std::chrono::steady_clock::time_point received;

  /// First header of that lower-case name; empty when there is none.
  [[nodiscard]] std::string_view Header(std::string_view name) const;
  /// Value of a cookie; empty when there is none.
  [[nodiscard]] std::string Cookie(std::string_view name) const;
};

/// Splits and decodes a request target. Empty when it is no origin-form ("/path?query") or holds
/// bytes that are no UTF-8, control characters or a broken percent escape.
[[nodiscard]] std::optional<
    std::pair<std::string, std::vector<std::pair<std::string, std::string>>>>
ParseTarget(std::string_view target);

/// Bytes that are produced while they are sent. Called on worker threads, one call at a time, and
/// never before the last piece has left.
class ByteStream {
 public:
  struct Piece {
    std::string bytes;
    bool last = false;
    /// Pause before the next call; for events that have not happened yet.
    std::chrono::milliseconds wait{0};
  };
  virtual ~ByteStream() = default;
  /// `closing` is true once the server drains: finish soon.
  virtual Piece Next(bool closing) = 0;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::shared_ptr<const std::string> shared_body;  ///< instead of `body`, for files in memory
  std::unique_ptr<ByteStream> stream;              ///< instead of both
  bool close = false;                              ///< end the connection after this answer

  [[nodiscard]] std::string_view Body() const {
    return shared_body ? std::string_view(*shared_body) : std::string_view(body);
  }
  Response& Set(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  [[nodiscard]] bool Has(std::string_view name) const;
};

[[nodiscard]] std::string_view ReasonPhrase(int status);

/// Status line and headers, without the ones about the length and the empty line.
[[nodiscard]] std::string HeadOf(const Response& response, bool keep_alive);

[[nodiscard]] Response TextResponse(int status, std::string type, std::string body);

}  // namespace ri::api
