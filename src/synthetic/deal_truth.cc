#include "synthetic/deal_truth.h"

#include <algorithm>
#include <cmath>

#include "base/assertion.h"

namespace ri::synthetic {
namespace {

constexpr std::size_t kNodes = kShockNodes;
constexpr std::size_t kLevels = kEngagementLevels;
constexpr int kLastDay = kDaysPerWeek - 1;
constexpr auto kEarlyMargin = std::chrono::days(14);

/// A committed date as a day of the calendar; dates beyond its end count as its end.
WeekDay LocateWithin(const MarketCalendar& calendar, domain::Date date) {
  const domain::Date end = calendar.Monday(calendar.num_weeks() - 1) + std::chrono::days(kLastDay);
  return calendar.Locate(std::min(date, end));
}

LatentState StateOf(const WeekState& state) { return {state.stage, state.level, state.dead}; }

}  // namespace

const NodeValues& ShockNodes() {
  // Roots of the Hermite polynomial He5.
  static const NodeValues nodes = {-2.8569700138728056, -1.3556261799742659, 0.0,
                                   1.3556261799742659, 2.8569700138728056};
  return nodes;
}

const NodeValues& ShockWeights() {
  static const NodeValues weights = {0.011257411327720691, 0.22207592200561266, 0.53333333333333333,
                                     0.22207592200561266, 0.011257411327720691};
  return weights;
}

DealTruth::DealTruth(const Company& company) : company_(company) {
  const double deviation =
      std::hypot(company.global_shock_deviation(), company.team_shock_deviation());
  for (std::size_t k = 0; k < kNodes; ++k) {
    shock_factor_[k] = std::exp(deviation * ShockNodes()[k]);
  }
}

void DealTruth::Reset(double open) {
  for (std::size_t level = 0; level < kLevels; ++level) {
    values_.win[level].fill(0.0);
    values_.open[level].fill(open);
  }
  values_.open_dead = open;
}

void DealTruth::AverageNodes() {
  for (Grid* grid : {&values_.win, &values_.open}) {
    for (Lanes& lanes : *grid) {
      for (std::size_t stage = 0; stage < kOpenStages; ++stage) {
        double mean = 0;
        for (std::size_t k = 0; k < kNodes; ++k) {
          mean += ShockWeights()[k] * lanes[stage * kNodes + k];
        }
        std::fill_n(lanes.begin() + static_cast<std::ptrdiff_t>(stage * kNodes), kNodes, mean);
      }
    }
  }
}

void DealTruth::Mix(const Grid& during, Grid& result) const {
  const auto& transition = company_.engagement().transition();
  for (std::size_t from = 0; from < kLevels; ++from) {
    Lanes sum{};
    for (std::size_t to = 0; to < kLevels; ++to) {
      const double p = transition[from][to];
      for (std::size_t lane = 0; lane < sum.size(); ++lane) {
        sum[lane] += p * during[to][lane];
      }
    }
    result[from] = sum;
  }
}

void DealTruth::StepBack(const DealDynamics& dynamics, int week, int last_day, bool with_open) {
  const MarketCalendar& calendar = company_.calendar();
  const double cleanup_odds = dynamics.Cleanup(week) * calendar.CleanupWeight(week, last_day);
  const double dead_next = values_.open_dead / (1 + cleanup_odds);
  values_.open_dead = dead_next;
  if (week >= dynamics.end_week()) {
    for (std::size_t level = 0; level < kLevels; ++level) {
      values_.win[level].fill(0.0);
      values_.open[level].fill(dead_next);
    }
    return;
  }
  const WeekRates& rates = dynamics.Rates(week);
  const StateTables& tables = *dynamics.tables;
  const double weight = calendar.DecisionWeight(week, last_day);
  NodeValues win_rate{};
  NodeValues refusal_rate{};
  for (std::size_t k = 0; k < kNodes; ++k) {
    win_rate[k] = rates.win * weight * shock_factor_[k];
    refusal_rate[k] = rates.refusal * weight * (tables.shock_on_refusal ? shock_factor_[k] : 1.0);
  }
  Grid win_during;
  Grid open_during;
  for (std::size_t level = 0; level < kLevels; ++level) {
    for (std::size_t stage = 0; stage < kOpenStages; ++stage) {
      const std::size_t i = stage * kLevels + level;
      const double back = stage > 0 ? tables.regress : 0.0;
      const double advance_odds = rates.advance * tables.advance[i];
      const double ahead = (1 - back) * advance_odds / (1 + advance_odds);
      const double keep = 1 - ahead - back;
      const double survive = 1 / (1 + rates.death * tables.death[i]);
      const double dead_open = (1 - survive) * dead_next;
      const std::size_t lane = stage * kNodes;
      const std::size_t up = stage + 1 < kOpenStages ? lane + kNodes : lane;
      const std::size_t down = stage > 0 ? lane - kNodes : lane;
      // After the stage move, with what the next Monday is worth.
      const auto moved = [&](const Lanes& next, std::size_t k) {
        return ahead * next[up + k] + back * next[down + k] + keep * next[lane + k];
      };
      for (std::size_t k = 0; k < kNodes; ++k) {
        const double win = win_rate[k] * tables.win[i];
        const double stay = survive / (1 + win + refusal_rate[k] * tables.refusal[i]);
        win_during[level][lane + k] = stay * (win + moved(values_.win[level], k));
        if (with_open) {
          open_during[level][lane + k] = stay * moved(values_.open[level], k) + dead_open;
        }
      }
    }
  }
  Mix(win_during, values_.win);
  if (with_open) {
    Mix(open_during, values_.open);
  }
}

template <typename Visit>
void DealTruth::Backward(const DealDynamics& dynamics, std::optional<WeekDay> target, int to,
                         bool with_open, const Visit& visit) {
  Reset(1.0);
  const int last = target ? target->week : dynamics.end_week() - 1;
  RI_ASSERT(last < company_.calendar().num_weeks());
  for (int week = last; week >= to; --week) {
    if (week < last &&
        company_.calendar().QuarterOfWeek(week) != company_.calendar().QuarterOfWeek(week + 1)) {
      AverageNodes();
    }
    StepBack(dynamics, week, week == last && target ? target->day : kLastDay, with_open);
    visit(week);
  }
}

double DealTruth::Weighted(const Grid& grid, LatentState state, const NodeValues& weights) {
  const Lanes& lanes = grid[static_cast<std::size_t>(state.level)];
  double sum = 0;
  for (std::size_t k = 0; k < kNodes; ++k) {
    sum += weights[k] * lanes[static_cast<std::size_t>(state.stage) * kNodes + k];
  }
  return sum;
}

double DealTruth::WinAt(LatentState state, const NodeValues& weights) const {
  return state.dead ? 0.0 : Weighted(values_.win, state, weights);
}

double DealTruth::OpenAt(LatentState state, const NodeValues& weights) const {
  return state.dead ? values_.open_dead : Weighted(values_.open, state, weights);
}

WeekDay DealTruth::QuarterEndDay(int week) const {
  const MarketCalendar& calendar = company_.calendar();
  const domain::Period period = calendar.QuarterPeriod(calendar.QuarterOfWeek(week));
  return calendar.Locate(period.end - std::chrono::days(1));
}

void DealTruth::MultiplyOwnLikelihood(const DealDynamics& dynamics, const WeekState& state,
                                      int week, NodeValues& weights) const {
  if (state.dead_during) {
    return;  // a dead deal does not feel the market
  }
  const StateTables& tables = *dynamics.tables;
  const WeekRates& rates = dynamics.Rates(week);
  const double weight = company_.calendar().DecisionWeight(week, kLastDay);
  const std::size_t i = StateIndex(state.stage, state.level_during);
  double total = 0;
  for (std::size_t k = 0; k < kNodes; ++k) {
    const double win = rates.win * tables.win[i] * shock_factor_[k];
    const double refusal =
        rates.refusal * tables.refusal[i] * (tables.shock_on_refusal ? shock_factor_[k] : 1.0);
    weights[k] /= 1 + (win + refusal) * weight;
    total += weights[k];
  }
  for (double& w : weights) {
    w /= total;
  }
}

NodeValues DealTruth::OwnWeights(const DealDynamics& dynamics, const DealPath& path,
                                 int week) const {
  const MarketCalendar& calendar = company_.calendar();
  NodeValues weights = ShockWeights();
  for (int w = path.first_week; w < week; ++w) {
    if (calendar.QuarterOfWeek(w) == calendar.QuarterOfWeek(week)) {
      MultiplyOwnLikelihood(dynamics, path.State(w), w, weights);
    }
  }
  return weights;
}

std::vector<SnapshotTruth> DealTruth::AlongPath(const DealDynamics& dynamics, const DealPath& path,
                                                std::span<const domain::Date> commits) {
  RI_ASSERT(commits.size() <= path.weeks.size());
  const MarketCalendar& calendar = company_.calendar();
  const int first = path.first_week;
  const auto at = [&](int week) { return static_cast<std::size_t>(week - first); };
  std::vector<SnapshotTruth> truths(commits.size());
  std::vector<NodeValues> weights(commits.size());
  for (std::size_t i = 0; i < truths.size(); ++i) {
    const int week = first + static_cast<int>(i);
    truths[i].week = week;
    const bool same_quarter =
        i > 0 && calendar.QuarterOfWeek(week) == calendar.QuarterOfWeek(week - 1);
    weights[i] = same_quarter ? weights[i - 1] : ShockWeights();
    if (same_quarter) {
      MultiplyOwnLikelihood(dynamics, path.weeks[i - 1], week - 1, weights[i]);
    }
  }
  const int end = first + static_cast<int>(commits.size());
  Backward(dynamics, std::nullopt, first, false, [&](int week) {
    if (week < end) {
      truths[at(week)].win_ever = WinAt(StateOf(path.State(week)), weights[at(week)]);
    }
  });
  // One pass per quarter of the path, from the quarter's last day back to its first Monday.
  for (int week = end - 1; week >= first;) {
    const WeekDay last_day = QuarterEndDay(week);
    int begin = week;
    while (begin > first && calendar.QuarterOfWeek(begin - 1) == calendar.QuarterOfWeek(week)) {
      --begin;
    }
    Backward(dynamics, last_day, begin, true, [&](int w) {
      if (w < end) {
        SnapshotTruth& truth = truths[at(w)];
        truth.win_by_quarter_end = WinAt(StateOf(path.State(w)), weights[at(w)]);
        truth.open_at_quarter_end = OpenAt(StateOf(path.State(w)), weights[at(w)]);
      }
    });
    week = begin - 1;
  }
  // One pass per run of Mondays with the same committed date.
  for (int week = end - 1; week >= first;) {
    const domain::Date commit = commits[at(week)];
    int begin = week;
    while (begin > first && commits[at(begin - 1)] == commit) {
      --begin;
    }
    for (int w = begin; w <= week; ++w) {
      truths[at(w)].open_at_commit_date = 1;  // stays for Mondays after the date
    }
    if (commit >= calendar.Monday(begin)) {
      Backward(dynamics, LocateWithin(calendar, commit), begin, true, [&](int w) {
        if (w <= week) {
          SnapshotTruth& truth = truths[at(w)];
          truth.win_by_commit_date = WinAt(StateOf(path.State(w)), weights[at(w)]);
          truth.open_at_commit_date = OpenAt(StateOf(path.State(w)), weights[at(w)]);
        }
      });
    }
    week = begin - 1;
  }
  return truths;
}

SnapshotTruth DealTruth::AtState(const DealDynamics& dynamics, LatentState state, int week,
                                 domain::Date commit, const NodeValues& weights) {
  SnapshotTruth truth{.week = week, .open_at_commit_date = 1};
  const MarketCalendar& calendar = company_.calendar();
  const auto nothing = [](int) {};
  Backward(dynamics, std::nullopt, week, false, nothing);
  truth.win_ever = WinAt(state, weights);
  Backward(dynamics, QuarterEndDay(week), week, true, nothing);
  truth.win_by_quarter_end = WinAt(state, weights);
  truth.open_at_quarter_end = OpenAt(state, weights);
  if (commit >= calendar.Monday(week)) {
    Backward(dynamics, LocateWithin(calendar, commit), week, true, nothing);
    truth.win_by_commit_date = WinAt(state, weights);
    truth.open_at_commit_date = OpenAt(state, weights);
  }
  return truth;
}

std::vector<QuarterNodes> DealTruth::QuarterEndByNode(const DealDynamics& dynamics,
                                                      const DealPath& path, int quarter) {
  const MarketCalendar& calendar = company_.calendar();
  const int end = path.first_week + static_cast<int>(path.weeks.size());
  int begin = end;
  for (int week = end - 1; week >= path.first_week; --week) {
    if (calendar.QuarterOfWeek(week) == quarter) {
      begin = week;
    }
  }
  std::vector<QuarterNodes> result;
  for (int week = begin; week < end && calendar.QuarterOfWeek(week) == quarter; ++week) {
    result.push_back({.week = week});
  }
  if (result.empty()) {
    return result;
  }
  const domain::Date last = calendar.QuarterPeriod(quarter).end - std::chrono::days(1);
  const auto collect = [&](domain::Date date, NodeValues QuarterNodes::* member) {
    if (date < calendar.Monday(begin)) {
      return;
    }
    Backward(dynamics, calendar.Locate(date), begin, false, [&](int week) {
      const auto at = static_cast<std::size_t>(week - begin);
      if (at < result.size() && !path.State(week).dead) {
        const WeekState& state = path.State(week);
        const Lanes& lanes = values_.win[static_cast<std::size_t>(state.level)];
        const std::size_t lane = static_cast<std::size_t>(state.stage) * kNodes;
        for (std::size_t k = 0; k < kNodes; ++k) {
          (result[at].*member)[k] = lanes[lane + k];
        }
      }
    });
  };
  collect(last, &QuarterNodes::win);
  collect(last - kEarlyMargin, &QuarterNodes::win_early);
  return result;
}

QuarterNodes DealTruth::FreshDealByNode(const DealDynamics& dynamics, int quarter) {
  DealPath path{.first_week = dynamics.first_week, .weeks = {}, .end_day = {}};
  path.weeks.push_back({.stage = static_cast<std::int8_t>(dynamics.first_stage),
                        .level = static_cast<std::int8_t>(dynamics.first_level)});
  const auto nodes = QuarterEndByNode(dynamics, path, quarter);
  return nodes.empty() ? QuarterNodes{.week = dynamics.first_week} : nodes.front();
}

}  // namespace ri::synthetic
