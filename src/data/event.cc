#include "data/event.h"

#include <algorithm>

namespace ri::data {

std::int64_t KnownTime(std::int64_t event_time, std::int64_t recorded,
                       std::int64_t first_batch_known_at, std::int64_t previous_known_at) {
  const std::int64_t claimed = recorded == kNotRecorded ? event_time : recorded;
  const bool first_import = previous_known_at == kNotRecorded;
  if (first_import || claimed > previous_known_at) {
    return std::min(claimed, first_batch_known_at);
  }
  return first_batch_known_at;
}

}  // namespace ri::data
