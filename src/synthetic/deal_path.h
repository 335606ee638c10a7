#pragma once

/// One simulated life of an episode, as it really was: what the CRM shows of it is made later.

#include <cstdint>
#include <vector>

#include "base/random.h"
#include "synthetic/company.h"
#include "synthetic/deal_dynamics.h"

namespace ri::synthetic {

struct WeekState {
  std::int8_t stage = 0;         ///< on Monday
  std::int8_t level = 0;         ///< engagement on Monday
  bool dead = false;             ///< on Monday
  std::int8_t stage_after = 0;   ///< at the end of the week, if still open
  std::int8_t level_during = 0;  ///< engagement during the week: next Monday's level
  bool dead_during = false;
};

enum class EpisodeEnd { kWon, kLost, kNeverClosed };

struct DealPath {
  int first_week = 0;
  std::vector<WeekState> weeks;  ///< every week that began with the episode open
  EpisodeEnd end = EpisodeEnd::kNeverClosed;
  WeekDay end_day;  ///< when `end` is not kNeverClosed

  [[nodiscard]] bool OpenOn(int week) const {
    return week >= first_week && week < first_week + static_cast<int>(weeks.size());
  }
  [[nodiscard]] const WeekState& State(int week) const {
    return weeks[static_cast<std::size_t>(week - first_week)];
  }
};

/// Plays an episode week by week. The shocks of the company's quarters apply.
[[nodiscard]] DealPath SimulatePath(const Company& company, const DealDynamics& dynamics,
                                    base::RandomStream& stream);

}  // namespace ri::synthetic
