#include "api/sign_in_cache.h"

#include <algorithm>

namespace ri::api {
namespace {

constexpr std::chrono::seconds kKept{2};
constexpr std::size_t kMostEntries = 20000;

}  // namespace

std::optional<identity::Principal> SignInCache::Find(const std::string& secret) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(secret);
  if (found == entries_.end() || found->second.until < Clock::now()) {
    return std::nullopt;
  }
  return found->second.principal;
}

void SignInCache::Keep(const std::string& secret, const identity::Principal& principal) {
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= kMostEntries) {
    entries_.clear();
  }
  entries_.insert_or_assign(secret, Entry{principal, Clock::now() + kKept});
}

void SignInCache::Clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
}

std::optional<std::chrono::milliseconds> SignInCache::Spend(const std::string& who) {
  if (rate_ <= 0) {
    return std::nullopt;
  }
  const std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  if (allowances_.size() >= kMostEntries) {
    allowances_.clear();
  }
  const auto [entry, inserted] = allowances_.emplace(who, Allowance{2 * rate_, now});
  Allowance& allowance = entry->second;
  const double gained = std::chrono::duration<double>(now - allowance.at).count() * rate_;
  allowance.left = std::min(2 * rate_, allowance.left + gained);
  allowance.at = now;
  if (allowance.left >= 1) {
    allowance.left -= 1;
    return std::nullopt;
  }
  return std::chrono::milliseconds(static_cast<int>(1000 * (1 - allowance.left) / rate_) + 1);
}

}  // namespace ri::api
