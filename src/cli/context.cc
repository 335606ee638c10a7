#include "cli/context.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "base/parallel.h"
#include "cli/terminal_progress.h"

namespace ri::cli {

Context::Context(GlobalOptions& options)
    : options_(options),
      now_(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())),
      progress_(std::make_unique<TerminalProgress>(
          stderr, !options.quiet && isatty(fileno(stderr)) != 0)) {}

Context::~Context() = default;

int Context::threads() const {
  return options_.threads > 0 ? options_.threads : base::DefaultThreadCount();
}

base::Progress& Context::progress() { return *progress_; }

Result<domain::Timestamp> Context::AsOf() const {
  if (options_.as_of.empty()) {
    return now_;
  }
  return ParseMoment(options_.as_of, "--as-of");
}

Result<std::optional<domain::Timestamp>> Context::Cutoff(const std::string& cutoff) const {
  if (!cutoff.empty()) {
    return ParseMoment(cutoff, "--cutoff");
  }
  if (!options_.as_of.empty()) {
    return ParseMoment(options_.as_of, "--as-of");
  }
  return std::nullopt;
}

Result<std::optional<domain::Timestamp>> Context::KnownAt() const {
  if (options_.known_at.empty()) {
    return std::optional<domain::Timestamp>();
  }
  RI_ASSIGN_OR_RETURN(const domain::Timestamp moment, ParseMoment(options_.known_at, "--known-at"));
  return std::optional(moment);
}

Result<std::unique_ptr<book::Workspace>> Context::OpenWorkspace() {
  return book::Workspace::Open({.database = options_.database, .num_threads = threads()});
}

void Context::Print(const std::string& text) {
  fmt::print("{}", text);
  printed_ = true;
}

Result<domain::Timestamp> ParseMoment(const std::string& text, const std::string& option) {
  const auto moment = domain::ParseIsoTimestamp(text);
  if (!moment || !domain::IsPlausible(domain::DateOf(*moment))) {
    return Fail(ErrorCode::kUsage,
                option + " '" + text + "' is no date. Write 2026-11-16 or 2026-11-16T06:00:00Z.");
  }
  return *moment;
}

}  // namespace ri::cli
