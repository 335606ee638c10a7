#pragma once

/// Progress of long work, with a time estimate, and the way to stop it. Areas report; only the
/// edges decide whether and where it is shown.

#include <atomic>
#include <cstdint>
#include <string_view>

namespace ri::base {

/// Where long work reports to. The default does nothing, so that callers may pass `Silent()`.
/// Thread safety: an implementation must accept calls from several threads.
class Progress {
 public:
  virtual ~Progress() = default;
  /// A new stage of the work, for example "Reading opportunities". `total` is in items (rows,
  /// bytes, rounds), 0 when it is not known.
  virtual void Begin(std::string_view stage, std::uint64_t total);
  /// `done` items of the current stage are finished.
  virtual void Update(std::uint64_t done);
  /// The current stage is over.
  virtual void End();
  /// True when the person asked to stop; long work then returns ErrorCode::kCancelled and leaves
  /// nothing half-done.
  [[nodiscard]] virtual bool cancelled() const { return false; }

  /// A Progress that shows nothing and never cancels.
  static Progress& Silent();
};

}  // namespace ri::base
