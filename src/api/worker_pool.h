#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ri::api {

/// Threads that do the work of requests, so that the network threads never wait. The queue is
/// bounded: what does not fit is refused, and the caller answers 503.
/// Thread safety: any method from any thread.
class WorkerPool {
 public:
  WorkerPool(std::size_t num_threads, std::size_t most_waiting);
  /// Finishes what is queued.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// False when the queue is full or the pool stops; `work` was not taken then.
  [[nodiscard]] bool Submit(std::function<void()> work);
  /// As Submit, but beyond the bound: for the continuation of an answer that has begun.
  void SubmitContinuation(std::function<void()> work);
  [[nodiscard]] std::size_t waiting() const;
  void Stop();

 private:
  void Run();

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  std::size_t most_waiting_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace ri::api
