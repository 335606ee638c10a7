#include "book/moment.h"

#include <algorithm>

namespace ri::book {
namespace {

/// Older data deserve a word; within a few days of the export everybody knows.
constexpr std::chrono::days kWorthANote{4};

}  // namespace

std::optional<domain::Timestamp> NewestFact(const data::EventLog& log, domain::Timestamp now) {
  std::optional<std::int64_t> newest;
  for (std::size_t deal = 0; deal < log.count(data::EntityKind::kDeal); ++deal) {
    for (const data::LoggedEvent& event : log.events(data::EntityKind::kDeal, deal)) {
      if (event.visible_time <= domain::Milliseconds(now) && event.event_time > newest) {
        newest = event.event_time;
      }
    }
  }
  return newest ? std::optional(domain::TimestampFromMilliseconds(*newest)) : std::nullopt;
}

Moment EffectiveMoment(const data::EventLog& log, std::optional<domain::Timestamp> requested,
                       domain::Timestamp now) {
  if (requested) {
    return {.as_of = *requested, .note = ""};
  }
  const auto newest = NewestFact(log, now);
  if (!newest) {
    return {.as_of = now, .note = ""};
  }
  const domain::Date last = domain::DateOf(*newest);
  const domain::Timestamp end = domain::StartOf(last + std::chrono::days(1));
  if (end >= now) {
    return {.as_of = now, .note = ""};
  }
  if (now - end < kWorthANote) {
    return {.as_of = end, .note = ""};
  }
  return {.as_of = end,
          .note = "The newest fact in the data is from " + domain::FormatDate(last) +
                  "; looking from the end of that day. Give --as-of to choose another moment."};
}

}  // namespace ri::book
