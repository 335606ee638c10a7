#pragma once

/// Progress on a terminal: one line that is rewritten, with a time estimate. Silent when the stream
/// is no terminal or --quiet was given. Ctrl-C asks the work to stop; the work then leaves nothing
/// half-done.

#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>

#include "base/progress.h"

namespace ri::cli {

class TerminalProgress : public base::Progress {
 public:
  /// Shows on `stream` when `visible`. Installs a SIGINT handler once per process.
  TerminalProgress(std::FILE* stream, bool visible);
  ~TerminalProgress() override;

  void Begin(std::string_view stage, std::uint64_t total) override;
  void Update(std::uint64_t done) override;
  void End() override;
  [[nodiscard]] bool cancelled() const override;

 private:
  void Draw(std::uint64_t done);

  std::FILE* stream_;
  bool visible_;
  std::mutex mutex_;
  std::string stage_;
  std::uint64_t total_ = 0;
  std::chrono::steady_clock::time_point began_;
  std::chrono::steady_clock::time_point drawn_;
};

/// "3 s", "2 min 05 s", "1 h 02 min": the remaining time as people say it.
[[nodiscard]] std::string FormatDuration(double seconds);

}  // namespace ri::cli
