#pragma once

/// What every command gets: the global options, where to print, the clock.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "book/workspace.h"
#include "domain/date.h"

namespace CLI {
class App;
}

namespace ri::cli {

struct GlobalOptions {
  std::string database = "sqlite:revint.db";
  std::string as_of;     ///< as typed; empty = now
  std::string known_at;  ///< as typed; empty = everything imported
  bool json = false;
  bool quiet = false;
  int threads = 0;  ///< 0 = all cores
};

/// One run of the program. Commands print to stdout through `Print` and return a Status; errors
/// are printed by the caller.
class Context {
 public:
  explicit Context(GlobalOptions& options);
  ~Context();

  [[nodiscard]] const GlobalOptions& options() const { return options_; }
  [[nodiscard]] bool json() const { return options_.json; }
  [[nodiscard]] int threads() const;
  [[nodiscard]] base::Progress& progress();
  /// Wall clock of this run, read once.
  [[nodiscard]] domain::Timestamp now() const { return now_; }
  /// --as-of as an instant, or now. "created" is the caller's business. kUsage when it is no date.
  [[nodiscard]] Result<domain::Timestamp> AsOf() const;
  /// `cutoff` (--cutoff as typed), or --as-of, as an instant; empty when neither was given.
  [[nodiscard]] Result<std::optional<domain::Timestamp>> Cutoff(const std::string& cutoff) const;
  /// --known-at as an instant; empty when not given.
  [[nodiscard]] Result<std::optional<domain::Timestamp>> KnownAt() const;
  /// Opens the database of --db.
  [[nodiscard]] Result<std::unique_ptr<book::Workspace>> OpenWorkspace();
  void Print(const std::string& text);
  /// True once something was printed: a second JSON document must not follow.
  [[nodiscard]] bool printed() const { return printed_; }

 private:
  GlobalOptions& options_;
  domain::Timestamp now_;
  std::unique_ptr<base::Progress> progress_;
  bool printed_ = false;
};

/// "2026-11-16" (midnight UTC) or an ISO instant. kUsage naming `option` otherwise.
[[nodiscard]] Result<domain::Timestamp> ParseMoment(const std::string& text,
                                                    const std::string& option);

/// A verb: registers its options on `app` and returns what runs when it was chosen.
using Action = std::function<Status(Context&)>;

}  // namespace ri::cli
