#include "synthetic/deal_dynamics.h"

#include <algorithm>
#include <cmath>

namespace ri::synthetic {
namespace {

constexpr double kEngagementOnWin = 0.45;
constexpr double kEngagementOnRefusal = -0.25;
constexpr double kEngagementOnAdvance = 0.35;
constexpr double kEngagementOnDeath = -0.60;
constexpr double kLevelOnAdvance = 0.30;
constexpr double kLevelOnDeath = -0.45;
constexpr double kLevelOnRefusal = -0.40;
constexpr double kRegress = 0.012;
constexpr double kBaseWin = 0.22;

constexpr double kAmountOnWin = -0.15;
constexpr double kCompetitorOnWin = -0.40;
constexpr double kExistingOnWin = 0.45;
constexpr double kSponsorOnWin = 0.40;
constexpr double kContactOnWin = 0.12;
constexpr double kRampGap = -0.50;
constexpr double kRampWeeks = 26;
constexpr double kDecisionPull = 1.6;
constexpr double kDecisionWidthWeeks = 3.5;

constexpr double kCleanupOdds = 0.10 / 0.90;
constexpr double kNeverCleanupOdds = 0.004;

constexpr double kCoinWin = 0.28;
constexpr double kReopenedStage = 2;
constexpr double kReopenedWin = 0.2;

std::size_t At(int i) { return static_cast<std::size_t>(i); }

StateTables SignalTables() {
  constexpr std::array<double, kOpenStages> kWin = {0.002, 0.006, 0.02, 0.07, 0.20, 0.42};
  constexpr std::array<double, kOpenStages> kRefusal = {0.4, 0.8, 1.0, 1.2, 1.5, 1.5};
  constexpr std::array<double, kOpenStages> kAdvance = {1.3, 1.1, 1.0, 0.9, 0.8, 0.0};
  constexpr std::array<double, kOpenStages> kDeath = {1.7, 1.4, 1.1, 0.8, 0.6, 0.5};
  StateTables tables;
  for (int stage = 0; stage < kOpenStages; ++stage) {
    for (int level = 0; level < kEngagementLevels; ++level) {
      const double e = EngagementChain::Value(level);
      const std::size_t i = StateIndex(stage, level);
      tables.win[i] = kWin[At(stage)] * std::exp(kEngagementOnWin * e);
      tables.refusal[i] = kRefusal[At(stage)] * std::exp(kEngagementOnRefusal * e);
      tables.advance[i] = kAdvance[At(stage)] * std::exp(kEngagementOnAdvance * e);
      tables.death[i] = kDeath[At(stage)] * std::exp(kEngagementOnDeath * e);
    }
  }
  tables.regress = kRegress;
  return tables;
}

StateTables CoinTables() {
  StateTables tables;
  for (int stage = 0; stage < kOpenStages; ++stage) {
    for (int level = 0; level < kEngagementLevels; ++level) {
      const std::size_t i = StateIndex(stage, level);
      tables.win[i] = 1;
      tables.refusal[i] = 1;
      tables.advance[i] = stage + 1 < kOpenStages ? 1 : 0;
      tables.death[i] = 0;
    }
  }
  tables.regress = kRegress;
  tables.shock_on_refusal = true;  // keeps the share of wins the same in every quarter
  return tables;
}

double SourceOnWin(LeadSource source) {
  constexpr std::array<double, kLeadSources> kEffect = {0.40, 0.0, 0.15, -0.10, -0.35};
  return kEffect[At(static_cast<int>(source))];
}

/// Skill of the owner in a week: what is missing in the first months comes with practice.
double SkillInWeek(const Rep& rep, int week) {
  const double tenure = week - rep.start_week;
  return rep.skill + kRampGap * std::exp(-std::max(0.0, tenure) / kRampWeeks);
}

DealDynamics Build(const Company& company, const InterventionArm& arm, const DealLatents& deal,
                   int first_week, double level_shift) {
  const Scenario& scenario = company.scenario();
  const Segment& segment = scenario.segments[At(deal.segment)];
  DealDynamics dynamics;
  dynamics.first_week = first_week;
  dynamics.team = company.seats()[At(deal.seat)].team;
  dynamics.tables = &TablesFor(scenario);
  dynamics.first_level = deal.first_engagement;
  // Giving up at an age would be a signal: without signal nobody gives up.
  const int longest = scenario.has_signal ? segment.longest_weeks : company.calendar().num_weeks();
  const int length = std::min(longest, company.calendar().num_weeks() - 1 - first_week);
  dynamics.weeks.resize(At(std::max(length, 1)));
  const double level = StaticWinLevel(company, deal) + level_shift;
  for (int i = 0; i < static_cast<int>(dynamics.weeks.size()); ++i) {
    const int week = first_week + i;
    WeekRates& rates = dynamics.weeks[At(i)];
    const Rep& rep = company.reps()[At(OwnerInWeek(company, deal, week))];
    rates.cleanup = rep.closes_dead_deals ? kCleanupOdds : kNeverCleanupOdds;
    if (!scenario.has_signal) {
      const double pace = 1.2 / segment.cycle_weeks;
      rates.win = pace * kCoinWin;
      rates.refusal = pace * (1 - kCoinWin);
      rates.advance = segment.advance_rate;
      continue;
    }
    const bool helped = arm.enabled && deal.treated && week >= deal.review_week;
    const double help = helped ? arm.effect : 0.0;
    const double shift = company.calendar().QuarterOfWeek(week) >= company.break_quarter()
                             ? scenario.break_shift
                             : 0.0;
    const double skill = SkillInWeek(rep, week) + deal.skill_shift;
    const double away = (week + 0.5 - deal.decision_week) / kDecisionWidthWeeks;
    const double pull = kDecisionPull * std::exp(-0.5 * away * away);
    const double theta = level + skill + shift;
    rates.win = kBaseWin * std::exp(segment.win_level + theta + pull + help);
    rates.refusal = segment.refusal_rate * std::exp(kLevelOnRefusal * theta + pull);
    rates.advance = segment.advance_rate * std::exp(kLevelOnAdvance * theta);
    rates.death = segment.death_rate * std::exp(kLevelOnDeath * theta - help);
  }
  dynamics.late_cleanup = dynamics.weeks.back().cleanup;
  return dynamics;
}

}  // namespace

const StateTables& TablesFor(const Scenario& scenario) {
  static const StateTables signal = SignalTables();
  static const StateTables coin = CoinTables();
  return scenario.has_signal ? signal : coin;
}

int SeatInWeek(const DealLatents& deal, int week) {
  return deal.transfer_week >= 0 && week >= deal.transfer_week ? deal.transfer_seat : deal.seat;
}

int OwnerInWeek(const Company& company, const DealLatents& deal, int week) {
  return company.RepOfSeat(SeatInWeek(deal, week), week);
}

double StaticWinLevel(const Company& company, const DealLatents& deal) {
  const Segment& segment = company.scenario().segments[At(deal.segment)];
  return deal.quality + deal.fit + SourceOnWin(deal.source) + kAmountOnWin * deal.amount_ratio +
         (deal.competitor ? kCompetitorOnWin : 0.0) +
         (deal.existing_customer ? kExistingOnWin : 0.0) + (deal.sponsor ? kSponsorOnWin : 0.0) +
         kContactOnWin * (deal.contacts - 1 - segment.contacts);
}

double SameWeekWinProbability(const Company& company) {
  return company.scenario().has_signal ? 0.75 : kCoinWin;
}

int SameWeekCloseDay(int weekday, int wait) {
  constexpr int kFriday = 4;
  return std::max(weekday, std::min(weekday + wait, kFriday));
}

DealDynamics FirstEpisode(const Company& company, const InterventionArm& arm,
                          const DealLatents& deal) {
  return Build(company, arm, deal, deal.created_week + 1, 0.0);
}

DealDynamics ReopenedEpisode(const Company& company, const InterventionArm& arm,
                             const DealLatents& deal, int first_week) {
  // A buyer who comes back has made up their mind to look again: later stage, new decision date.
  DealLatents again = deal;
  again.decision_week =
      first_week + 0.6 * company.scenario().segments[At(deal.segment)].cycle_weeks;
  DealDynamics dynamics = Build(company, arm, again, first_week, kReopenedWin);
  dynamics.first_stage = kReopenedStage;
  dynamics.first_level = EngagementChain::CentralLevel() + 1;
  return dynamics;
}

}  // namespace ri::synthetic
