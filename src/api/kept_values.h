#pragma once

/// Documents that take long to make and are asked for by many.

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/thread_priority.h"

namespace ri::api {

/// The few values that many readers ask for, by a text that names them. One thread makes a value at
/// a time: forecasts use all cores by themselves. Threads of low priority take turns among
/// themselves, so that nobody else waits for them, even if a value is then made twice.
template <typename Value, std::size_t kMost>
class Kept {
 public:
  /// Null when nobody has asked for it lately.
  std::shared_ptr<const Value> Find(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto found = values_.find(key);
    return found != values_.end() ? found->second : nullptr;
  }

  template <typename Make>
  Result<std::shared_ptr<const Value>> Get(const std::string& key, const Make& make) {
    if (auto found = Find(key)) {
      return found;
    }
    const std::lock_guard making(base::HasLowPriority() ? making_beside_ : making_);
    if (auto found = Find(key)) {
      return found;
    }
    RI_ASSIGN_OR_RETURN(Value made, make());
    auto value = std::make_shared<const Value>(std::move(made));
    const std::lock_guard lock(mutex_);
    if (const auto found = values_.find(key); found != values_.end()) {
      return found->second;  // made beside this one
    }
    if (values_.size() >= kMost) {
      values_.erase(order_.front());
      order_.erase(order_.begin());
    }
    values_.emplace(key, value);
    order_.push_back(key);
    return value;
  }

 private:
  std::mutex mutex_;
  std::mutex making_;
  std::mutex making_beside_;
  std::map<std::string, std::shared_ptr<const Value>> values_;
  std::vector<std::string> order_;
};

}  // namespace ri::api
