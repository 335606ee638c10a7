#include "synthetic/deal_truth.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <numbers>

#include "base/random.h"
#include "synthetic/causal_move.h"
#include "synthetic/truth_export.h"
#include "synthetic/truth_oracle.h"

namespace ri::synthetic {
namespace {

/// Sums of a few hundred products of probabilities.
constexpr double kRounding = 1e-10;
/// Five Gauss-Hermite nodes against a fine trapezoid, for chances as smooth as these.
constexpr double kQuadrature = 1e-6;
constexpr int kLastDay = kDaysPerWeek - 1;

Company MakeCompany(const std::string& scenario, double shock_scale) {
  GeneratorOptions options;
  options.scenario = scenario;
  options.deals = 400;
  options.quarters = 6;
  options.shock_scale = shock_scale;
  return Company(*MakePlan(options));
}

/// Chances by an independent route: the mass of all states is moved forward, week by week.
struct Forward {
  double win = 0;
  double lost = 0;
  double open = 0;
};
Forward MoveForward(const Company& company, const DealDynamics& dynamics, LatentState start,
                    int week, WeekDay last, double shock) {
  const MarketCalendar& calendar = company.calendar();
  const StateTables& tables = *dynamics.tables;
  std::array<double, kAliveStates> alive{};
  double dead = start.dead ? 1 : 0;
  Forward result;
  if (!start.dead) {
    alive[StateIndex(start.stage, start.level)] = 1;
  }
  for (; week <= last.week; ++week) {
    const int day = week == last.week ? last.day : kLastDay;
    std::array<double, kAliveStates> next{};
    double dead_now = dead;
    for (int stage = 0; stage < kOpenStages; ++stage) {
      for (int level = 0; level < kEngagementLevels; ++level) {
        const double mass = alive[StateIndex(stage, level)];
        for (int during = 0; during < kEngagementLevels && mass > 0; ++during) {
          const std::size_t i = StateIndex(stage, during);
          const double here =
              mass * company.engagement().Next(level)[static_cast<std::size_t>(during)];
          if (week >= dynamics.end_week()) {
            dead_now += here;
            continue;
          }
          const WeekRates& rates = dynamics.Rates(week);
          const double death_odds = rates.death * tables.death[i];
          const double death = death_odds / (1 + death_odds);
          dead_now += here * death;
          const double win = rates.win * tables.win[i] * shock;
          const double refusal = rates.refusal * tables.refusal[i];
          const double odds = (win + refusal) * calendar.DecisionWeight(week, day);
          const double ends = here * (1 - death) * odds / (1 + odds);
          result.win += ends * win / (win + refusal);
          result.lost += ends * refusal / (win + refusal);
          const double stays = here * (1 - death) / (1 + odds);
          const double back = stage > 0 ? tables.regress : 0;
          const double advance_odds = rates.advance * tables.advance[i];
          const double ahead = (1 - back) * advance_odds / (1 + advance_odds);
          next[StateIndex(std::min(stage + 1, kOpenStages - 1), during)] += stays * ahead;
          next[StateIndex(std::max(stage - 1, 0), during)] += stays * back;
          next[i] += stays * (1 - ahead - back);
        }
      }
    }
    const double cleanup = dynamics.Cleanup(week) * calendar.CleanupWeight(week, day);
    result.lost += dead_now * cleanup / (1 + cleanup);
    dead = dead_now / (1 + cleanup);
    alive = next;
  }
  for (const double mass : alive) {
    result.open += mass;
  }
  result.open += dead;
  return result;
}

DealLatents Deal(const Company& company, std::uint64_t index) {
  DealLatents deal = DrawDeal(company, {}, index);
  deal.same_week_close = false;
  return deal;
}

TEST(DealTruthTest, BackwardAndForwardRecursionAgreeWithoutShocks) {
  const Company company = MakeCompany("realistic", 0);
  DealTruth truth(company);
  for (std::uint64_t index = 0; index < 12; ++index) {
    const DealDynamics dynamics = FirstEpisode(company, {}, Deal(company, index * 31));
    const LatentState state{static_cast<int>(index % kOpenStages), static_cast<int>(index % 9),
                            index == 11};
    const int week = dynamics.first_week + static_cast<int>(index);
    const domain::Date commit = company.calendar().Monday(week) + std::chrono::days(24 + index);
    const SnapshotTruth answer = truth.AtState(dynamics, state, week, commit, ShockWeights());
    const Forward by_commit =
        MoveForward(company, dynamics, state, week, company.calendar().Locate(commit), 1);
    EXPECT_NEAR(answer.win_by_commit_date, by_commit.win, kRounding);
    EXPECT_NEAR(answer.loss_by_commit_date(), by_commit.lost, kRounding);
    EXPECT_NEAR(answer.open_at_commit_date, by_commit.open, kRounding);
    const Forward ever =
        MoveForward(company, dynamics, state, week, {dynamics.end_week() + 5, kLastDay}, 1);
    EXPECT_NEAR(answer.win_ever, ever.win, kRounding);
  }
}

TEST(DealTruthTest, ShocksAreIntegratedOverTheirNormalLaw) {
  const Company company = MakeCompany("realistic", 1);
  const double deviation =
      std::hypot(company.global_shock_deviation(), company.team_shock_deviation());
  ASSERT_GT(deviation, 0.2);
  DealTruth truth(company);
  const DealDynamics dynamics = FirstEpisode(company, {}, Deal(company, 77));
  const int week = dynamics.first_week;
  const MarketCalendar& calendar = company.calendar();
  const domain::Period quarter = calendar.QuarterPeriod(calendar.QuarterOfWeek(week));
  const WeekDay last = calendar.Locate(quarter.end - std::chrono::days(1));
  double win = 0;
  double weight = 0;
  constexpr int kSteps = 240;
  for (int i = 0; i <= kSteps; ++i) {
    const double z = -6 + 12.0 * i / kSteps;
    const double density = std::exp(-0.5 * z * z);
    win += density *
           MoveForward(company, dynamics, {3, 5, false}, week, last, std::exp(deviation * z)).win;
    weight += density;
  }
  const SnapshotTruth answer =
      truth.AtState(dynamics, {3, 5, false}, week, company.begin(), ShockWeights());
  EXPECT_NEAR(answer.win_by_quarter_end, win / weight, kQuadrature);
}

// The truth of one Monday is the mean truth of the next over all that may happen in between,
// weighted as this deal's own past in the quarter says: no evidence is lost or counted twice.
TEST(DealTruthTest, TruthIsAMartingaleWithinAQuarter) {
  const Company company = MakeCompany("realistic", 2);
  DealTruth truth(company);
  const DealDynamics dynamics = FirstEpisode(company, {}, Deal(company, 5));
  const MarketCalendar& calendar = company.calendar();
  const StateTables& tables = *dynamics.tables;
  int week = dynamics.first_week;
  while (calendar.QuarterOfWeek(week) != calendar.QuarterOfWeek(week + 2)) {
    ++week;
  }
  const LatentState now{4, 6, false};
  const NodeValues& prior = ShockWeights();
  const double expected = truth.AtState(dynamics, now, week, company.begin(), prior).win_ever;
  const double deviation =
      std::hypot(company.global_shock_deviation(), company.team_shock_deviation());
  const WeekRates& rates = dynamics.Rates(week);
  double mean = 0;
  for (int level = 0; level < kEngagementLevels; ++level) {
    const std::size_t i = StateIndex(now.stage, level);
    const double here = company.engagement().Next(now.level)[static_cast<std::size_t>(level)];
    const double death_odds = rates.death * tables.death[i];
    const double alive = here / (1 + death_odds);
    double stays = 0;
    for (std::size_t k = 0; k < kShockNodes; ++k) {
      const double win = rates.win * tables.win[i] * std::exp(deviation * ShockNodes()[k]);
      const double refusal = rates.refusal * tables.refusal[i];
      const double weight = calendar.DecisionWeight(week, kLastDay);
      mean += alive * prior[k] * win * weight / (1 + (win + refusal) * weight);
      stays += alive * prior[k] / (1 + (win + refusal) * weight);
    }
    DealPath path{.first_week = week, .weeks = {}, .end_day = {}};
    path.weeks.push_back({.stage = static_cast<std::int8_t>(now.stage),
                          .level = static_cast<std::int8_t>(now.level),
                          .level_during = static_cast<std::int8_t>(level)});
    const NodeValues posterior = truth.OwnWeights(dynamics, path, week + 1);
    const double advance_odds = rates.advance * tables.advance[i];
    const double ahead = (1 - tables.regress) * advance_odds / (1 + advance_odds);
    const std::map<int, double> moves = {{now.stage + 1, ahead},
                                         {now.stage - 1, tables.regress},
                                         {now.stage, 1 - ahead - tables.regress}};
    for (const auto& [stage, p] : moves) {
      mean += stays * p *
              truth.AtState(dynamics, {stage, level, false}, week + 1, company.begin(), posterior)
                  .win_ever;
    }
  }
  EXPECT_NEAR(mean, expected, kRounding);
}

TEST(DealTruthTest, SimulatedPathsEndAsOftenAsTheTruthSays) {
  const Company company = MakeCompany("realistic", 0);
  DealTruth truth(company);
  const DealDynamics dynamics = FirstEpisode(company, {}, Deal(company, 123));
  const int week = dynamics.first_week;
  const domain::Date commit = company.calendar().Monday(week) + std::chrono::days(53);
  const SnapshotTruth answer =
      truth.AtState(dynamics, {0, dynamics.first_level, false}, week, commit, ShockWeights());
  constexpr int kPaths = 20'000;
  int won = 0;
  int won_by_commit = 0;
  int open_at_commit = 0;
  for (std::uint64_t i = 0; i < kPaths; ++i) {
    base::RandomStream stream(9, "truth-test-path", i);
    const DealPath path = SimulatePath(company, dynamics, stream);
    const domain::Date end =
        company.calendar().Monday(path.end_day.week) + std::chrono::days(path.end_day.day);
    const bool closed = path.end != EpisodeEnd::kNeverClosed;
    won += path.end == EpisodeEnd::kWon ? 1 : 0;
    won_by_commit += path.end == EpisodeEnd::kWon && end <= commit ? 1 : 0;
    open_at_commit += !closed || end > commit ? 1 : 0;
  }
  // 4.9 standard errors: one false alarm in a million for each of the three.
  const auto expect_count = [](int count, double p) {
    EXPECT_NEAR(count, kPaths * p, 4.9 * std::sqrt(kPaths * p * (1 - p)));
  };
  expect_count(won, answer.win_ever);
  expect_count(won_by_commit, answer.win_by_commit_date);
  expect_count(open_at_commit, answer.open_at_commit_date);
}

TEST(DealTruthTest, AlongAPathEqualsStateByState) {
  GeneratorOptions options;
  options.scenario = "dirty";
  options.deals = 300;
  options.quarters = 6;
  auto oracle = TruthOracle::Create(options);
  ASSERT_TRUE(oracle);
  DealTruth truth(oracle->company());
  int compared = 0;
  for (std::size_t deal = 0; deal < oracle->num_deals(); deal += 11) {
    const DealRecord record = oracle->Record(deal);
    for (const DealEpisode& episode : record.episodes) {
      const std::vector<domain::Date> commits =
          CommitDatesOnMondays(oracle->company(), record, episode.path);
      for (const SnapshotTruth& row : truth.AlongPath(episode.dynamics, episode.path, commits)) {
        const auto answer = oracle->At(deal, oracle->company().calendar().Monday(row.week));
        ASSERT_TRUE(answer);
        EXPECT_NEAR(row.win_ever, answer->truth.win_ever, kRounding);
        EXPECT_NEAR(row.win_by_quarter_end, answer->truth.win_by_quarter_end, kRounding);
        EXPECT_NEAR(row.open_at_quarter_end, answer->truth.open_at_quarter_end, kRounding);
        EXPECT_NEAR(row.win_by_commit_date, answer->truth.win_by_commit_date, kRounding);
        EXPECT_NEAR(row.open_at_commit_date, answer->truth.open_at_commit_date, kRounding);
        EXPECT_GE(row.loss_by_commit_date(), -kRounding);
        EXPECT_LE(row.win_by_quarter_end, row.win_ever + kRounding);
        EXPECT_LE(row.win_by_commit_date, row.win_ever + kRounding);
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 200);
}

TEST(DealTruthTest, WithoutSignalEveryDealHasTheSameChance) {
  const Company company = MakeCompany("no-signal", 1);
  DealTruth truth(company);
  for (std::uint64_t index = 0; index < 20; ++index) {
    const DealDynamics dynamics = FirstEpisode(company, {}, Deal(company, index * 7));
    const LatentState state{static_cast<int>(index % 6), static_cast<int>(index % 9), false};
    const double p =
        truth.AtState(dynamics, state, dynamics.first_week, company.begin(), ShockWeights())
            .win_ever;
    EXPECT_NEAR(p, 0.28, 2e-3);  // a deal open for three years is given up
  }
}

}  // namespace
}  // namespace ri::synthetic
