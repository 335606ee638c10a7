#pragma once

/// The weekly law of one deal: a Markov chain over (stage, engagement) while the buyer is alive, a
/// dead state the CRM does not see, and two ends. The same numbers drive the simulation and the
/// exact computation of the truth.
///
/// In week w, from the state on its Monday:
///   1. engagement moves to its next level;
///   2. the buyer dies with odds death[w] x table, and is dead from this week on;
///   3. an alive deal ends within the week: the odds until the end of day d are
///      (win[w] x table x shock + refusal[w] x table) x D(w, d), D = decision weight of the days;
///   4. an alive, open deal moves a stage forward or back;
///   5. a dead deal is closed as lost with odds cleanup[w] x C(w, d), C = clean-up weight.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "synthetic/company.h"
#include "synthetic/deal_latents.h"
#include "synthetic/engagement.h"

namespace ri::synthetic {

inline constexpr int kAliveStates = kOpenStages * kEngagementLevels;

[[nodiscard]] constexpr std::size_t StateIndex(int stage, int level) {
  return static_cast<std::size_t>(stage * kEngagementLevels + level);
}

/// How stage and engagement scale the four rates; one entry per alive state.
struct StateTables {
  std::array<double, kAliveStates> win{};
  std::array<double, kAliveStates> refusal{};
  std::array<double, kAliveStates> advance{};
  std::array<double, kAliveStates> death{};
  double regress = 0;  ///< probability of falling back one stage, any state but the first
  bool shock_on_refusal = false;  ///< the quarter's shock scales refusals too
};

/// Tables of a company with and without signal.
[[nodiscard]] const StateTables& TablesFor(const Scenario& scenario);

struct WeekRates {
  double win = 0;
  double refusal = 0;
  double advance = 0;
  double death = 0;
  double cleanup = 0;
};

/// One episode of a deal. Weeks are those of the calendar.
struct DealDynamics {
  int first_week = 0;            ///< the first Monday the episode is open
  std::vector<WeekRates> weeks;  ///< from first_week; a deal alive after the last one dies
  double late_cleanup = 0;       ///< clean-up odds after the last week
  int first_stage = 0;
  int first_level = 0;
  int team = 0;  ///< whose shock applies
  const StateTables* tables = nullptr;

  [[nodiscard]] int end_week() const { return first_week + static_cast<int>(weeks.size()); }
  [[nodiscard]] const WeekRates& Rates(int week) const {
    return weeks[static_cast<std::size_t>(week - first_week)];
  }
  [[nodiscard]] double Cleanup(int week) const {
    return week < end_week() ? Rates(week).cleanup : late_cleanup;
  }
};

/// The seat and the rep that own a deal in a week.
[[nodiscard]] int SeatInWeek(const DealLatents& deal, int week);
[[nodiscard]] int OwnerInWeek(const Company& company, const DealLatents& deal, int week);

/// The part of the log win rate that does not change over the life of a deal.
[[nodiscard]] double StaticWinLevel(const Company& company, const DealLatents& deal);

/// Chance that a deal of the same-week kind is won.
[[nodiscard]] double SameWeekWinProbability(const Company& company);

/// Day of the week (0 = Monday) on which a deal of that kind, created on `weekday`, closes after
/// a wait of `wait` = 0..kSameWeekWaits-1 days: not later than Friday, not before its creation.
[[nodiscard]] int SameWeekCloseDay(int weekday, int wait);
inline constexpr int kSameWeekWaits = 4;

/// The law of a deal's first episode.
[[nodiscard]] DealDynamics FirstEpisode(const Company& company, const InterventionArm& arm,
                                        const DealLatents& deal);
/// The law after a lost deal came back in the week before `first_week`.
[[nodiscard]] DealDynamics ReopenedEpisode(const Company& company, const InterventionArm& arm,
                                           const DealLatents& deal, int first_week);

}  // namespace ri::synthetic
