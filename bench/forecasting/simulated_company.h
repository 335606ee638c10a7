#pragma once

/// Simulated companies whose deals share factors of known strength, with the true chance of every
/// deal.

#include <cstdint>
#include <vector>

#include "forecasting/correlation_fit.h"

namespace ri::bench {

inline constexpr int kSimulatedTeams = 4;
inline constexpr std::size_t kSimulatedDeals = 200;
inline constexpr int kSimulatedWeeks = 13;

struct SimulatedDeal {
  double win = 0;  ///< in the quarter, as of its first day
  double stage_rate = 0;
  double amount = 0;
  int team = 0;
  bool won = false;
  int week = 0;  ///< 1..13 when it ends in the quarter, 14 when it stays open
};

struct SimulatedQuarter {
  std::vector<SimulatedDeal> deals;
  double outcome = 0;
};

/// One quarter of one company; the same for the same arguments. \pre number < 64
[[nodiscard]] SimulatedQuarter LiveThrough(const forecasting::FactorModel& truth,
                                           std::uint64_t company, int number);

/// P(won in the quarter | still open at the start of the week).
[[nodiscard]] double WinGivenOpen(const SimulatedDeal& deal, int week);

/// What was published of the chances at the start of the quarter: (probit - level) / slope, so that
/// a slope above 1 stands for chances that were too flat. Level 0 and slope 1 publish the truth.
[[nodiscard]] forecasting::Cohort PublishedCohort(const SimulatedQuarter& quarter, double level = 0,
                                                  double slope = 1);

}  // namespace ri::bench
