#pragma once

/// Values that an export shows without saying since when.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ingest/event_sink.h"
#include "ingest/prior_knowledge.h"

namespace ri::ingest {

/// Writes such a value as standing since the beginning. When the store knew another value before,
/// it changed in between: the new one then also holds from the moment it was learned. What newer
/// imports say, which may be in the store already, is not looked at: an older export adds only what
/// was known in its day. Thread safety: one thread.
class StandingValues {
 public:
  /// Keeps references; `prior` is null for the first import.
  StandingValues(EventSink& sink, const PriorKnowledge* prior) : sink_(sink), prior_(prior) {}

  [[nodiscard]] const PriorKnowledge* prior() const { return prior_; }

  /// \param attribute  the sink's number
  /// \param from       since when the value stands if nothing else is known
  /// \param changed    latest moment at which it can have changed: the export, or the closing
  /// \param text       of a text or the key of a reference; only needed when there is a prior
  Status Emit(data::EntityKind kind, std::string_view key, std::uint32_t entity,
              std::uint32_t attribute, std::int64_t from, std::int64_t changed, std::int64_t value,
              std::string_view text);

 private:
  EventSink& sink_;
  const PriorKnowledge* prior_;
};

}  // namespace ri::ingest
