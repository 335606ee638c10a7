#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "identity/accounts.h"

namespace ri::api {

/// Who a cookie or token belongs to, for two seconds: a revocation by another process counts after
/// that, one by this process at once. Also holds the allowance of requests of each.
/// Thread safety: any method from any thread.
class SignInCache {
 public:
  explicit SignInCache(double requests_per_second) : rate_(requests_per_second) {}

  [[nodiscard]] std::optional<identity::Principal> Find(const std::string& secret);
  void Keep(const std::string& secret, const identity::Principal& principal);
  void Clear();
  /// Takes one request from the allowance of `who`; the pause when it is used up.
  [[nodiscard]] std::optional<std::chrono::milliseconds> Spend(const std::string& who);

 private:
  using Clock = std::chrono::steady_clock;
  struct Entry {
    identity::Principal principal;
    Clock::time_point until;
  };
  struct Allowance {
    double left = 0;
    Clock::time_point at;
  };
  const double rate_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, Allowance> allowances_;
};

}  // namespace ri::api
