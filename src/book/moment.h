#pragma once

/// From which moment to look when the person did not say.

#include <optional>
#include <string>

#include "data/event_log.h"
#include "domain/date.h"

namespace ri::book {

/// When the newest thing visible by `now` happened to any deal; nullopt without one. When it
/// happened counts, not when it was learned: an export of last Monday that is read today tells
/// nothing about today. Cost: one pass over the events of deals.
[[nodiscard]] std::optional<domain::Timestamp> NewestFact(const data::EventLog& log,
                                                          domain::Timestamp now);

struct Moment {
  domain::Timestamp as_of{};
  /// Empty, or a sentence for the person: the data ends long before now, so the view is from its
  /// end.
  std::string note;
};

/// `requested` if given. Otherwise the midnight after the newest thing that happened to any deal,
/// at most `now`: seen from a later moment every open deal would look abandoned, although only the
/// export is old. With a note when that is days ago.
[[nodiscard]] Moment EffectiveMoment(const data::EventLog& log,
                                     std::optional<domain::Timestamp> requested,
                                     domain::Timestamp now);

}  // namespace ri::book
