#include "cli/terminal_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <csignal>

namespace ri::cli {
namespace {

volatile std::sig_atomic_t interrupt_requested = 0;

extern "C" void RequestInterrupt(int /*signal*/) {
  if (interrupt_requested != 0) {
    std::signal(SIGINT, SIG_DFL);  // the second Ctrl-C ends the process at once
  }
  interrupt_requested = 1;
}

constexpr std::chrono::milliseconds kRedrawInterval{100};
constexpr std::size_t kBarWidth = 24;

}  // namespace

std::string FormatDuration(double seconds) {
  const auto whole = static_cast<long>(std::ceil(std::max(0.0, seconds)));
  if (whole < 60) {
    return fmt::format("{} s", whole);
  }
  if (whole < 3600) {
    return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  }
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

TerminalProgress::TerminalProgress(std::FILE* stream, bool visible)
    : stream_(stream), visible_(visible) {
  static const bool installed = [] {
    std::signal(SIGINT, RequestInterrupt);
    return true;
  }();
  static_cast<void>(installed);
}

TerminalProgress::~TerminalProgress() { End(); }

bool TerminalProgress::cancelled() const { return interrupt_requested != 0; }

void TerminalProgress::Begin(std::string_view stage, std::uint64_t total) {
  End();
  const std::scoped_lock lock(mutex_);
  stage_ = stage;
  total_ = total;
  began_ = std::chrono::steady_clock::now();
  drawn_ = began_ - kRedrawInterval;
  Draw(0);
}

void TerminalProgress::Update(std::uint64_t done) {
  const std::scoped_lock lock(mutex_);
  Draw(done);
}

void TerminalProgress::End() {
  const std::scoped_lock lock(mutex_);
  if (visible_ && !stage_.empty()) {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began_;
    fmt::print(stream_, "\r\033[K{:<44} {:>9.1f} s\n", stage_, took.count());
    std::fflush(stream_);
  }
  stage_.clear();
}

void TerminalProgress::Draw(std::uint64_t done) {
  if (!visible_ || stage_.empty()) {
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (now - drawn_ < kRedrawInterval) {
    return;
  }
  drawn_ = now;
  if (total_ == 0) {
    fmt::print(stream_, "\r\033[K{}  {}", stage_, done > 0 ? fmt::format("{}", done) : "");
  } else {
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
    const auto filled = static_cast<std::size_t>(share * static_cast<double>(kBarWidth));
    const std::chrono::duration<double> elapsed = now - began_;
    const std::string remaining =
        share > 0.02 ? FormatDuration(elapsed.count() * (1 - share) / share) + " left" : "";
    fmt::print(stream_, "\r\033[K{:<44} [{}{}] {:>3.0f} %  {}", stage_, std::string(filled, '#'),
               std::string(kBarWidth - filled, '.'), 100 * share, remaining);
  }
  std::fflush(stream_);
}

}  // namespace ri::cli
