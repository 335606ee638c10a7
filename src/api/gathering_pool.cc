#include "api/gathering_pool.h"

#include <utility>

namespace ri::api {
namespace {

/// Bounds what one answer waits for when large bodies stand in front of it.
constexpr std::size_t kMostTogether = 64;
constexpr std::size_t kMostBytes = 512 * 1024;

}  // namespace

GatheringPool::GatheringPool(std::size_t num_threads, std::size_t most_waiting, Work work)
    : work_(std::move(work)), most_waiting_(most_waiting) {
  threads_.reserve(num_threads);
  for (std::size_t i = 0; i < num_threads; ++i) {
    threads_.emplace_back([this] { Run(); });
  }
}

GatheringPool::~GatheringPool() { Stop(); }

void GatheringPool::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  threads_.clear();
}

bool GatheringPool::Submit(WaitingRequest request) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= most_waiting_) {
      return false;
    }
    queue_.push_back(std::move(request));
  }
  wake_.notify_one();
  return true;
}

std::size_t GatheringPool::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

std::vector<WaitingRequest> GatheringPool::Take() {
  std::vector<WaitingRequest> taken;
  std::size_t bytes = 0;
  while (!queue_.empty() && taken.size() < kMostTogether && bytes < kMostBytes &&
         (taken.empty() || queue_.front().match->route == taken.front().match->route)) {
    bytes += queue_.front().request->body.size();
    taken.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return taken;
}

void GatheringPool::Run() {
  while (true) {
    std::vector<WaitingRequest> taken;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) {
        return;
      }
      taken = Take();
    }
    work_(std::move(taken));
  }
}

}  // namespace ri::api
