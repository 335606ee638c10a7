#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "api/http_message.h"
#include "api/router.h"

namespace ri::api {

/// A request with its way back.
struct WaitingRequest {
  std::shared_ptr<Request> request;
  std::shared_ptr<Router::Match> match;
  std::function<void(std::shared_ptr<Response>)> reply;
};

/// Threads that answer requests of one route together: each takes everything that has arrived
/// while it was busy. What waits never takes a thread, so that thousands of small questions cost
/// little more than a few large ones. The queue is bounded.
/// Thread safety: any method from any thread.
class GatheringPool {
 public:
  using Work = std::function<void(std::vector<WaitingRequest>)>;
  GatheringPool(std::size_t num_threads, std::size_t most_waiting, Work work);
  /// Answers what waits.
  ~GatheringPool();
  GatheringPool(const GatheringPool&) = delete;
  GatheringPool& operator=(const GatheringPool&) = delete;

  /// False when the queue is full or the pool stops; the request was not taken then.
  [[nodiscard]] bool Submit(WaitingRequest request);
  [[nodiscard]] std::size_t waiting() const;
  void Stop();

 private:
  void Run();
  [[nodiscard]] std::vector<WaitingRequest> Take();

  const Work work_;
  const std::size_t most_waiting_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<WaitingRequest> queue_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace ri::api
