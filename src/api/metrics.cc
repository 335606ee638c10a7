#include "api/metrics.h"

#include <fmt/format.h>

#include <algorithm>

namespace ri::api {

Metrics::Metrics(std::vector<std::string> routes) : labels_(std::move(routes)) {
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    routes_.push_back(std::make_unique<PerRoute>());
  }
}

void Metrics::Observe(std::size_t route, int status, std::chrono::nanoseconds time) {
  PerRoute& counters = *routes_.at(route);
  ++counters.by_class[static_cast<std::size_t>(std::clamp(status / 100, 0, 5))];
  const double seconds = std::chrono::duration<double>(time).count();
  const auto bucket =
      static_cast<std::size_t>(std::ranges::lower_bound(kBounds, seconds) - kBounds.begin());
  ++counters.buckets[bucket];
  counters.nanoseconds += static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.count()));
}

std::string Metrics::Render(const Gauges& gauges) const {
  std::string text =
      "# HELP revint_http_requests_total Answered requests by route and class of status.\n"
      "# TYPE revint_http_requests_total counter\n";
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    for (std::size_t c = 1; c < 6; ++c) {
      if (const std::uint64_t count = routes_[i]->by_class[c]; count > 0) {
        text += fmt::format("revint_http_requests_total{{route=\"{}\",status=\"{}xx\"}} {}\n",
                            labels_[i], c, count);
      }
    }
  }
  text +=
      "# HELP revint_http_request_seconds Time from the head of a request to its answer.\n"
      "# TYPE revint_http_request_seconds histogram\n";
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    std::uint64_t total = 0;
    std::string lines;
    for (std::size_t b = 0; b <= kBounds.size(); ++b) {
      total += routes_[i]->buckets[b];
      lines += fmt::format("revint_http_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n",
                           labels_[i],
                           b < kBounds.size() ? fmt::format("{}", kBounds.at(b)) : "+Inf", total);
    }
    if (total > 0) {
      text += lines;
      text += fmt::format("revint_http_request_seconds_sum{{route=\"{}\"}} {}\n", labels_[i],
                          static_cast<double>(routes_[i]->nanoseconds) * 1e-9);
      text +=
          fmt::format("revint_http_request_seconds_count{{route=\"{}\"}} {}\n", labels_[i], total);
    }
  }
  const auto single = [&](const char* name, const char* type, const char* help, auto value) {
    text += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n{0} {3}\n", name, type, help, value);
  };
  single("revint_connections_open", "gauge", "Open connections.", gauges.open_connections);
  single("revint_connections_total", "counter", "Accepted connections.",
         gauges.accepted_connections);
  single("revint_connections_refused_total", "counter", "Connections beyond the limit.",
         gauges.refused_connections);
  single("revint_malformed_requests_total", "counter", "Requests that could not be read.",
         gauges.malformed_requests);
  single("revint_overloads_total", "counter", "Requests refused with 503 because too many waited.",
         overloads_.load());
  single("revint_score_batches_total", "counter", "Passes over posted rows.", gatherings_.load());
  single("revint_score_requests_total", "counter", "Requests answered by those passes.",
         gathered_.load());
  single("revint_requests_waiting", "gauge", "Requests that wait for a worker.",
         gauges.waiting_requests);
  single("revint_open_deals", "gauge", "Open deals in the book that is served.", gauges.open_deals);
  single("revint_book_age_seconds", "gauge", "Age of the book that is served.",
         gauges.book_age_seconds);
  return text;
}

}  // namespace ri::api
