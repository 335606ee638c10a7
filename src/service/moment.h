#pragma once

/// From which moment to look when the person did not say.

#include <optional>
#include <string>

#include "data/event_log.h"
#include "domain/date.h"

namespace ri::service {

struct Moment {
  domain::Timestamp as_of{};
  /// Empty, or a sentence for the person: the data ends long before now, so the view is from its
  /// end.
  std::string note;
};

/// `requested` if given. Otherwise `now`, unless the newest fact of any deal is more than 45 days
/// older: then the midnight after that fact, with a note, because every open deal would look
/// abandoned from today.
[[nodiscard]] Moment EffectiveMoment(const data::EventLog& log,
                                     std::optional<domain::Timestamp> requested,
                                     domain::Timestamp now);

}  // namespace ri::service
