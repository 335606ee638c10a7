#include "service/moment.h"

#include <algorithm>

namespace ri::service {
namespace {

constexpr std::chrono::days kStale{45};

}  // namespace

Moment EffectiveMoment(const data::EventLog& log, std::optional<domain::Timestamp> requested,
                       domain::Timestamp now) {
  if (requested) {
    return {.as_of = *requested, .note = ""};
  }
  std::int64_t newest = std::numeric_limits<std::int64_t>::min();
  for (std::size_t deal = 0; deal < log.count(data::EntityKind::kDeal); ++deal) {
    const auto events = log.events(data::EntityKind::kDeal, deal);
    if (!events.empty() && events.back().visible_time <= domain::Milliseconds(now)) {
      newest = std::max(newest, events.back().visible_time);
    }
  }
  if (newest == std::numeric_limits<std::int64_t>::min()) {
    return {.as_of = now, .note = ""};
  }
  const domain::Date last = domain::DateOf(domain::TimestampFromMilliseconds(newest));
  if (now - domain::StartOf(last) <= kStale) {
    return {.as_of = now, .note = ""};
  }
  return {.as_of = domain::StartOf(last + std::chrono::days(1)),
          .note = "The newest fact in the data is from " + domain::FormatDate(last) +
                  "; looking from the end of that day. Give --as-of to choose another moment."};
}

}  // namespace ri::service
