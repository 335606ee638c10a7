#pragma once

/// Counters of the server in the Prometheus text format 0.0.4. Written here rather than taken from
/// a client library because the packaged one brings a second HTTP server with it (ADR 0017).

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ri::api {

/// Thread safety: any method from any thread; Observe takes no lock.
class Metrics {
 public:
  /// \param routes  label of each route, by index
  explicit Metrics(std::vector<std::string> routes);

  void Observe(std::size_t route, int status, std::chrono::nanoseconds time);
  void CountOverload() { ++overloads_; }
  /// Requests that were answered together.
  void CountGathered(std::size_t requests) {
    ++gatherings_;
    gathered_ += requests;
  }

  struct Gauges {
    std::int64_t open_connections = 0;
    std::uint64_t accepted_connections = 0;
    std::uint64_t refused_connections = 0;
    std::uint64_t malformed_requests = 0;
    std::size_t waiting_requests = 0;
    double book_age_seconds = 0;
    std::size_t open_deals = 0;
  };
  [[nodiscard]] std::string Render(const Gauges& gauges) const;

 private:
  /// Upper bounds in seconds.
  static constexpr std::array kBounds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                         0.05,   0.1,   0.25,   0.5,   1.0,  5.0};
  struct PerRoute {
    std::array<std::atomic<std::uint64_t>, 6> by_class{};
    std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> buckets{};
    std::atomic<std::uint64_t> nanoseconds{0};
  };
  std::vector<std::string> labels_;
  std::vector<std::unique_ptr<PerRoute>> routes_;
  std::atomic<std::uint64_t> overloads_{0};
  std::atomic<std::uint64_t> gatherings_{0};
  std::atomic<std::uint64_t> gathered_{0};
};

}  // namespace ri::api
