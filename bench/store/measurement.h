#pragma once

/// Time of this process and of the wall.

#include <ctime>

namespace ri::bench {

inline double ClockSeconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Seconds since it was made.
class Stopwatch {
 public:
  [[nodiscard]] double wall() const { return ClockSeconds(CLOCK_MONOTONIC) - wall_; }
  /// Of all threads of this process.
  [[nodiscard]] double processor() const {
    return ClockSeconds(CLOCK_PROCESS_CPUTIME_ID) - processor_;
  }

 private:
  double wall_ = ClockSeconds(CLOCK_MONOTONIC);
  double processor_ = ClockSeconds(CLOCK_PROCESS_CPUTIME_ID);
};

}  // namespace ri::bench
