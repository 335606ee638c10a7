#include "api/request_head.h"

#include <algorithm>
#include <charconv>

namespace ri::api {
namespace {

constexpr std::size_t kMostFields = 100;
constexpr std::size_t kLongestTarget = 8192;
constexpr std::uint64_t kLargestLength = std::uint64_t{1} << 40;

std::unexpected<HeadProblem> Refuse(int status, std::string detail) {
  return std::unexpected(HeadProblem{status, std::move(detail)});
}

/// tchar of RFC 9110, section 5.6.2.
bool IsTokenCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, IsTokenCharacter);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return lower;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

bool IsFieldValue(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
  });
}

bool IsHost(std::string_view text) {
  return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view(".-_:[]%").contains(c);
  });
}

std::expected<void, HeadProblem> ReadRequestLine(std::string_view line, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return Refuse(400, "The request line is not 'METHOD /path HTTP/1.1'.");
  }
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (head.method.size() > 20 ||
      !std::ranges::all_of(head.method, [](char c) { return c >= 'A' && c <= 'Z'; }) ||
      head.method.empty()) {
    return Refuse(400, "The method is not a word in capital letters.");
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    const bool is_http = version.size() == 8 && version.starts_with("HTTP/");
    return Refuse(is_http ? 505 : 400, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  }
  head.http_10 = version == "HTTP/1.0";
  head.keep_alive = !head.http_10;
  if (head.target.size() > kLongestTarget) {
    return Refuse(431, "The address is too long.");
  }
  if (!head.target.starts_with('/') || !std::ranges::all_of(head.target, [](char c) {
        return c > 0x20 && c != 0x7f && static_cast<unsigned char>(c) < 0x80;
      })) {
    return Refuse(400, "The request target is not a path in plain ASCII.");
  }
  return {};
}

std::expected<void, HeadProblem> UseField(const std::string& name, std::string_view value,
                                          RequestHead& head, std::size_t& hosts) {
  if (name == "host") {
    ++hosts;
    if (hosts > 1 || !IsHost(value)) {
      return Refuse(400, "The Host field must be there once and name a host.");
    }
  } else if (name == "content-length") {
    const auto parsed =
        std::from_chars(value.data(), value.data() + value.size(), head.content_length);
    if (head.has_length || value.empty() || value.front() == '+' || value.front() == '-' ||
        parsed.ec != std::errc() || parsed.ptr != value.data() + value.size() ||
        head.content_length > kLargestLength) {
      return Refuse(400, "Content-Length must be one plain number.");
    }
    head.has_length = true;
  } else if (name == "transfer-encoding") {
    if (head.chunked || head.http_10) {
      return Refuse(400, "Transfer-Encoding may stand there once, and not in HTTP/1.0.");
    }
    if (Lower(value) != "chunked") {
      return Refuse(501, "The only transfer coding understood is 'chunked'.");
    }
    head.chunked = true;
  } else if (name == "connection") {
    const std::string lower = Lower(value);
    if (lower.contains("close")) {
      head.keep_alive = false;
    } else if (lower.contains("keep-alive")) {
      head.keep_alive = true;
    }
  } else if (name == "expect") {
    if (Lower(value) != "100-continue") {
      return Refuse(417, "The only expectation understood is '100-continue'.");
    }
    head.expects_continue = true;
  }
  return {};
}

}  // namespace

std::expected<RequestHead, HeadProblem> ReadRequestHead(std::string_view text) {
  RequestHead head;
  if (!text.ends_with("\r\n\r\n")) {
    return Refuse(400, "The head does not end with an empty line.");
  }
  text.remove_suffix(2);
  std::size_t hosts = 0;
  bool first = true;
  while (!text.empty()) {
    const std::size_t end = text.find("\r\n");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 2);
    if (line.contains('\r') || line.contains('\n') || line.contains('\0')) {
      return Refuse(400, "Lines end with CR and LF together, and hold neither alone.");
    }
    if (first) {
      first = false;
      if (auto status = ReadRequestLine(line, head); !status) {
        return std::unexpected(status.error());
      }
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) {
      return Refuse(400, "A header line is not 'Name: value', or is folded.");
    }
    const std::string name = Lower(line.substr(0, colon));
    const std::string_view value = Trim(line.substr(colon + 1));
    if (!IsFieldValue(value)) {
      return Refuse(400, "The header " + name + " holds control characters.");
    }
    if (head.headers.size() >= kMostFields) {
      return Refuse(431, "There are too many headers.");
    }
    if (auto status = UseField(name, value, head, hosts); !status) {
      return std::unexpected(status.error());
    }
    head.headers.emplace_back(name, value);
  }
  if (hosts == 0 && !head.http_10) {
    return Refuse(400, "The Host field is missing.");
  }
  if (head.chunked && head.has_length) {
    return Refuse(400, "Content-Length and Transfer-Encoding exclude each other.");
  }
  return head;
}

std::shared_ptr<Request> RequestOf(const RequestHead& head, std::string remote, bool is_loopback) {
  auto target = ParseTarget(head.target);
  if (!target) {
    return nullptr;
  }
  auto request = std::make_shared<Request>();
  request->method = head.method;
  request->target = head.target;
  request->path = std::move(target->first);
  request->query = std::move(target->second);
  request->headers = head.headers;
  request->remote_address = std::move(remote);
  const std::string_view forwarded = request->Header("x-forwarded-for");
  request->is_local = is_loopback && forwarded.empty();
  if (is_loopback && !forwarded.empty()) {
    // Only the last entry was written by the proxy; those before it say what the client likes.
    request->remote_address = Trim(forwarded.substr(forwarded.rfind(',') + 1)).substr(0, 64);
  }
  return request;
}

}  // namespace ri::api
