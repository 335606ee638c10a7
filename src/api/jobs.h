#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

namespace ri::api {

struct Services;

/// Runs the jobs of the database, one at a time, in a thread of this process.
class JobRunner {
 public:
  explicit JobRunner(Services& services) : services_(services) {}
  ~JobRunner() { Stop(); }
  JobRunner(const JobRunner&) = delete;
  JobRunner& operator=(const JobRunner&) = delete;

  void Start();
  /// Asks the job that runs to stop and waits for it; it is marked as cancelled.
  void Stop();
  /// A job was added.
  void Wake();

 private:
  void Run(const std::stop_token& stop);

  Services& services_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool added_ = false;
  std::jthread thread_;
};

}  // namespace ri::api
