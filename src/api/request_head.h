#pragma once

/// Reads the head of an HTTP/1 request more strictly than the parser behind it: whatever two
/// programs could read in two ways is refused, because that is what request smuggling lives on.

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/http_message.h"

namespace ri::api {

struct RequestHead {
  std::string method;
  std::string target;
  bool keep_alive = true;
  bool http_10 = false;
  bool chunked = false;
  bool has_length = false;
  bool expects_continue = false;
  std::uint64_t content_length = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case, trimmed
};

struct HeadProblem {
  int status = 400;
  std::string detail;
};

/// `head` is everything up to and including the empty line. Refused: bare CR or LF, control bytes,
/// obsolete line folding, blanks before a colon, HTTP versions other than 1.0 and 1.1, no Host or
/// several, Content-Length that is no plain number or given twice, Content-Length together with
/// Transfer-Encoding, transfer codings other than exactly "chunked", methods in lower case, targets
/// that are no path, more than 100 fields.
[[nodiscard]] std::expected<RequestHead, HeadProblem> ReadRequestHead(std::string_view head);

/// The request of a head, without its body. Null when the target cannot be decoded. Behind a proxy
/// on this machine the address is the one the proxy wrote.
[[nodiscard]] std::shared_ptr<Request> RequestOf(const RequestHead& head, std::string remote,
                                                 bool is_loopback);

}  // namespace ri::api
