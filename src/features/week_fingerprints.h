#pragma once

/// What a Monday's features depend on, as a short text: two stores with the same facts visible by
/// then have the same fingerprint, and one more fact changes it.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "data/event_log.h"
#include "domain/date.h"

namespace ri::features {

/// One pass over the events; independent of their order and of what became visible later. Undated
/// outcomes count in the win rates of later deals whenever they were learned: with them, every
/// Monday depends on the whole log. Immutable; safe to share between threads.
class WeekFingerprints {
 public:
  explicit WeekFingerprints(const data::EventLog& log);

  /// 32 hexadecimal digits for everything visible at `monday` 00:00 UTC. Two logs that differ agree
  /// by chance with a probability of about 2^-64.
  [[nodiscard]] std::string At(domain::Date monday) const;

 private:
  using Sum = std::pair<std::uint64_t, std::uint64_t>;

  std::int64_t first_week_ = 0;
  std::vector<Sum> until_;  ///< sums of the hashes of the events visible by each Monday
  bool whole_log_ = false;
};

}  // namespace ri::features
