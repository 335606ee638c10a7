#include "synthetic/deal_path.h"

#include <cmath>

namespace ri::synthetic {
namespace {

/// First day whose cumulative odds reach the draw: inverts u < rate x W / (1 + rate x W).
template <typename CumulativeWeight>
int DrawDay(double u, double rate, const CumulativeWeight& weight) {
  int day = 0;
  while (day + 1 < kDaysPerWeek) {
    const double odds = rate * weight(day);
    if (u < odds / (1 + odds)) {
      break;
    }
    ++day;
  }
  return day;
}

}  // namespace

DealPath SimulatePath(const Company& company, const DealDynamics& dynamics,
                      base::RandomStream& stream) {
  const MarketCalendar& calendar = company.calendar();
  const StateTables& tables = *dynamics.tables;
  DealPath path{.first_week = dynamics.first_week, .weeks = {}, .end_day = {}};
  path.weeks.reserve(24);
  int stage = dynamics.first_stage;
  int level = dynamics.first_level;
  bool dead = false;
  int quarter = -1;
  double shock = 1;
  for (int week = dynamics.first_week; week < calendar.num_weeks(); ++week) {
    WeekState state{.stage = static_cast<std::int8_t>(stage),
                    .level = static_cast<std::int8_t>(level),
                    .dead = dead};
    level = company.engagement().DrawNext(level, stream);
    state.level_during = static_cast<std::int8_t>(level);
    if (!dead) {
      dead = week >= dynamics.end_week();
      if (!dead) {
        const double odds = dynamics.Rates(week).death * tables.death[StateIndex(stage, level)];
        dead = stream.Bernoulli(odds / (1 + odds));
      }
    }
    state.dead_during = dead;
    const double u = stream.Uniform();
    if (dead) {
      const double rate = dynamics.Cleanup(week);
      const double odds = rate * calendar.CleanupWeight(week, kDaysPerWeek - 1);
      if (u < odds / (1 + odds)) {
        path.end = EpisodeEnd::kLost;
        path.end_day = {
            week, DrawDay(u, rate, [&](int day) { return calendar.CleanupWeight(week, day); })};
      }
    } else {
      if (calendar.QuarterOfWeek(week) != quarter) {
        quarter = calendar.QuarterOfWeek(week);
        shock = std::exp(company.Shock(quarter, dynamics.team));
      }
      const WeekRates& rates = dynamics.Rates(week);
      const std::size_t i = StateIndex(stage, level);
      const double win = rates.win * tables.win[i] * shock;
      const double refusal =
          rates.refusal * tables.refusal[i] * (tables.shock_on_refusal ? shock : 1.0);
      const double odds = (win + refusal) * calendar.DecisionWeight(week, kDaysPerWeek - 1);
      if (u < odds / (1 + odds)) {
        path.end = stream.Bernoulli(win / (win + refusal)) ? EpisodeEnd::kWon : EpisodeEnd::kLost;
        path.end_day = {week, DrawDay(u, win + refusal,
                                      [&](int day) { return calendar.DecisionWeight(week, day); })};
      } else {
        const double regress = stage > 0 ? tables.regress : 0.0;
        const double advance_odds = rates.advance * tables.advance[i];
        const double advance = (1 - regress) * advance_odds / (1 + advance_odds);
        const double move = stream.Uniform();
        if (move < advance) {
          ++stage;
        } else if (move < advance + regress) {
          --stage;
        }
      }
    }
    state.stage_after = static_cast<std::int8_t>(stage);
    path.weeks.push_back(state);
    if (path.end != EpisodeEnd::kNeverClosed) {
      break;
    }
  }
  return path;
}

}  // namespace ri::synthetic
