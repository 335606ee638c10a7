#include "api/jobs.h"

#include "api/call.h"
#include "base/thread_priority.h"
#include "service/jobs.h"

namespace ri::api {
namespace {

/// How often to look for jobs that other processes added.
constexpr std::chrono::milliseconds kLook{1000};

}  // namespace

void JobRunner::Start() {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    base::LowerThreadPriority();  // pages come before imports and training
    Run(stop);
  });
}

void JobRunner::Stop() {
  thread_.request_stop();
  wake_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void JobRunner::Wake() {
  {
    const std::lock_guard lock(mutex_);
    added_ = true;
  }
  wake_.notify_all();
}

void JobRunner::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto ran =
        service::RunNextJob(services_.workspace, services_.operations, services_.upload_folder,
                            services_.clock, [&stop] { return stop.stop_requested(); });
    if (ran && *ran) {
      services_.deals.Wake();
      continue;
    }
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, kLook, [this] { return added_; });
    added_ = false;
  }
}

}  // namespace ri::api
