#include "api/http_message.h"

#include <algorithm>

#include "data/stored_text.h"

namespace ri::api {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return -1;
}

/// In a path an encoded slash stays encoded, so that it does not part segments.
std::optional<std::string> Decode(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) {
        return std::nullopt;
      }
      const int high = HexDigit(text[i + 1]);
      const int low = HexDigit(text[i + 2]);
      if (high < 0 || low < 0) {
        return std::nullopt;
      }
      c = static_cast<char>(high * 16 + low);
      i += 2;
      if (c == '/' && !plus_is_blank) {
        decoded += "%2F";
        continue;
      }
    } else if (c == '+' && plus_is_blank) {
      c = ' ';
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      return std::nullopt;
    }
    decoded.push_back(c);
  }
  if (!data::CheckText(decoded, "The address")) {
    return std::nullopt;
  }
  return decoded;
}

}  // namespace

std::string_view Request::Header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, [](const auto& h) { return h.first; });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::string Request::Cookie(std::string_view name) const {
  std::string_view rest = Header("cookie");
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    std::string_view pair = rest.substr(0, end);
    while (pair.starts_with(' ')) {
      pair.remove_prefix(1);
    }
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
      return std::string(pair.substr(equals + 1));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

std::optional<std::pair<std::string, std::vector<std::pair<std::string, std::string>>>> ParseTarget(
    std::string_view target) {
  if (!target.starts_with('/') || target.contains('#')) {
    return std::nullopt;
  }
  const std::size_t mark = target.find('?');
  auto path = Decode(target.substr(0, mark), false);
  if (!path) {
    return std::nullopt;
  }
  std::vector<std::pair<std::string, std::string>> query;
  std::string_view rest =
      mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    if (!pair.empty()) {
      const std::size_t equals = pair.find('=');
      auto name = Decode(pair.substr(0, equals), true);
      auto value = Decode(
          equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
      if (!name || !value) {
        return std::nullopt;
      }
      query.emplace_back(*std::move(name), *std::move(value));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return std::pair(*std::move(path), std::move(query));
}

bool Response::Has(std::string_view name) const {
  return std::ranges::any_of(headers, [&](const auto& header) { return header.first == name; });
}

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

std::string HeadOf(const Response& response, bool keep_alive) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head += ReasonPhrase(response.status);
  head += "\r\n";
  for (const auto& [name, value] : response.headers) {
    head += name + ": " + value + "\r\n";
  }
  head += keep_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
  return head;
}

Response TextResponse(int status, std::string type, std::string body) {
  Response response;
  response.status = status;
  response.Set("Content-Type", std::move(type));
  response.body = std::move(body);
  return response;
}

}  // namespace ri::api
