#include "api/router.h"

#include <algorithm>

namespace ri::api {
namespace {

bool IsParameter(std::string_view segment) { return segment.starts_with('{'); }

/// The part up to the next slash, which is taken off.
std::string_view NextSegment(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('/'), rest.size());
  const std::string_view segment = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return segment;
}

std::string WithSlashes(std::string_view segment) {
  std::string text(segment);
  for (std::size_t at = text.find("%2F"); at != std::string::npos; at = text.find("%2F", at + 1)) {
    text.replace(at, 3, "/");
  }
  return text;
}

/// Number of literal segments when the path fits, -1 otherwise.
int Fit(std::string_view pattern, std::string_view path, PathParameters& parameters) {
  if (std::ranges::count(pattern, '/') != std::ranges::count(path, '/')) {
    return -1;
  }
  int literals = 0;
  pattern.remove_prefix(1);
  path.remove_prefix(1);
  while (!pattern.empty() || !path.empty()) {
    const std::string_view expected = NextSegment(pattern);
    const std::string_view segment = NextSegment(path);
    if (IsParameter(expected)) {
      if (segment.empty()) {
        return -1;
      }
      parameters.emplace_back(expected.substr(1, expected.size() - 2), WithSlashes(segment));
    } else if (expected == segment) {
      ++literals;
    } else {
      return -1;
    }
  }
  return literals;
}

}  // namespace

void Router::Add(Route route) {
  route.index = routes_.size();
  routes_.push_back(std::move(route));
}

Router::Match Router::Find(std::string_view method, std::string_view path) const {
  Match match;
  int best = -1;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : routes_) {
    PathParameters parameters;
    const int fit = Fit(route.pattern, path, parameters);
    if (fit < 0) {
      continue;
    }
    if (route.method != wanted) {
      match.allowed += (match.allowed.empty() ? "" : ", ") + route.method;
    } else if (fit > best) {
      best = fit;
      match.route = &route;
      match.parameters = std::move(parameters);
    }
  }
  return match;
}

}  // namespace ri::api
