#include "models/outcome_mixture.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"
#include "domain/probability.h"
#include "metrics/scoring_rules.h"
#include "models/time_to_close.h"

namespace ri::models {
namespace {

using domain::FiscalCalendar;
using domain::MakeDate;
using End = SnapshotOutcome::End;

const FiscalCalendar kCalendar = FiscalCalendar::Monthly();
const domain::Date kCut = MakeDate(2025, 5, 12);

// One snapshot per deal, at its opening. Column 0 decides whether, column 1 how fast a win comes;
// wins are three times as likely on the last seven days of a quarter.
struct World {
  base::Matrix<float> rows;
  std::vector<SnapshotOutcome> outcomes;
  std::vector<bool> won;  ///< what happens in the end, also for open ones
};

double WinChance(float x) { return domain::Logistic(1.2 * static_cast<double>(x) - .5); }

double DailyWin(float x, domain::Date day) {
  const bool quarter_end = (kCalendar.QuarterEnd(day) - day).count() <= 7;
  return std::min(.9, .012 * std::exp(.9 * static_cast<double>(x)) * (quarter_end ? 3 : 1));
}

constexpr double kDailyLoss = .008;

World Draw(std::size_t n) {
  World world{base::Matrix<float>(n, 2), {}, {}};
  for (std::size_t i = 0; i < n; ++i) {
    base::RandomStream stream(1, "mixture-world", i);
    world.rows(i, 0) = static_cast<float>(stream.Normal());
    world.rows(i, 1) = static_cast<float>(stream.Normal());
    SnapshotOutcome outcome{kCut - std::chrono::days(7 * (1 + stream.Below(60))), End::kOpen, 0,
                            static_cast<std::uint32_t>(i)};
    world.won.push_back(stream.Bernoulli(WinChance(world.rows(i, 0))));
    for (;; ++outcome.days) {
      const domain::Date day = outcome.as_of + std::chrono::days(outcome.days);
      if (day >= kCut) {
        break;
      }
      if (stream.Bernoulli(world.won[i] ? DailyWin(world.rows(i, 1), day) : kDailyLoss)) {
        outcome.end = world.won[i] ? End::kWon : End::kLost;
        break;
      }
    }
    world.outcomes.push_back(outcome);
  }
  return world;
}

// F_W of the simulation.
double TrueWonWithin(float x, domain::Date as_of, int days) {
  double open = 1;
  for (int k = 0; k < days; ++k) {
    open *= 1 - DailyWin(x, as_of + std::chrono::days(k));
  }
  return 1 - open;
}

MixtureParameters Parameters() {
  MixtureParameters parameters;
  parameters.win.rounds = 80;
  parameters.win.depth = 2;
  parameters.timing.rounds = 80;
  parameters.timing.learning_rate = .1;
  parameters.calendar = kCalendar;
  return parameters;
}

TEST(FitMixture, SeparatesWhetherFromWhen) {
  const World world = Draw(4000);
  const auto fitted =
      FitMixture(world.rows.view(), world.outcomes, {}, Parameters(), base::Progress::Silent());
  ASSERT_TRUE(fitted) << fitted.error().message();

  // Open deals: how many will be won, against what the simulation knows. About 900 are open, so the
  // true share has a standard error of 1.5 points.
  double open = 0;
  double truth = 0;
  double estimated = 0;
  for (std::size_t i = 0; i < world.outcomes.size(); ++i) {
    if (world.outcomes[i].end == End::kOpen) {
      open += 1;
      truth += world.won[i] ? 1 : 0;
      estimated += fitted->win_weights[i];
    } else {
      EXPECT_EQ(fitted->win_weights[i], world.outcomes[i].end == End::kWon ? 1 : 0);
    }
  }
  ASSERT_GT(open, 300);
  EXPECT_NEAR(estimated / open, truth / open, .08);
  EXPECT_NEAR(fitted->mean_open_weight.back(), estimated / open, 1e-12);
  EXPECT_LE(fitted->mean_open_weight.size(), 3U);
  EXPECT_NEAR(fitted->matured, 1 - open / 4000, 1e-12);

  // Timing against the truth, beside the pooled timing of the same deals.
  std::vector<TimingRecord> records;
  for (const SnapshotOutcome& outcome : world.outcomes) {
    records.push_back({outcome.as_of, 0, outcome.days,
                       outcome.end == End::kWon    ? TimingRecord::End::kWon
                       : outcome.end == End::kLost ? TimingRecord::End::kLost
                                                   : TimingRecord::End::kOpen});
  }
  const auto pooled = TimeToClose::Fit(records, kCalendar);
  ASSERT_TRUE(pooled);
  double error = 0;
  double pooled_error = 0;
  int points = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    for (const int days : {21, 56, 91}) {
      const float x = world.rows(i, 1);
      const double expected = TrueWonWithin(x, kCut, days);
      error += std::fabs(fitted->timing.CurveFrom(world.rows.view().row(i), kCut).WonWithin(days) -
                         expected);
      pooled_error += std::fabs(pooled->CurveFrom({kCut, 0}).WonWithin(days) - expected);
      ++points;
    }
  }
  EXPECT_LT(error / points, .07);
  EXPECT_LT(error, .6 * pooled_error);
}

TEST(FitMixture, IsDeterministic) {
  const World world = Draw(600);
  const auto once =
      FitMixture(world.rows.view(), world.outcomes, {}, Parameters(), base::Progress::Silent());
  const auto again =
      FitMixture(world.rows.view(), world.outcomes, {}, Parameters(), base::Progress::Silent());
  ASSERT_TRUE(once && again);
  EXPECT_EQ(once->win_weights, again->win_weights);
  const auto row = world.rows.view().row(0);
  EXPECT_EQ(once->timing.CurveFrom(row, kCut).WonWithin(30),
            again->timing.CurveFrom(row, kCut).WonWithin(30));
}

TEST(FitMixture, WithoutOpenDealsNothingIsAssumed) {
  World world = Draw(600);
  for (SnapshotOutcome& outcome : world.outcomes) {
    outcome.end = outcome.end == End::kOpen ? End::kLost : outcome.end;
  }
  const auto fitted =
      FitMixture(world.rows.view(), world.outcomes, {}, Parameters(), base::Progress::Silent());
  ASSERT_TRUE(fitted);
  EXPECT_EQ(fitted->matured, 1);
  EXPECT_TRUE(fitted->mean_open_weight.empty());
}

TEST(FitMixture, ThinningKeepsTheAnswerNear) {
  const World world = Draw(3000);
  MixtureParameters parameters = Parameters();
  parameters.max_steps = 1;
  const auto all =
      FitMixture(world.rows.view(), world.outcomes, {}, parameters, base::Progress::Silent());
  parameters.max_timing_snapshots = 1500;
  const auto half =
      FitMixture(world.rows.view(), world.outcomes, {}, parameters, base::Progress::Silent());
  ASSERT_TRUE(all && half);
  const auto row = world.rows.view().row(1);
  EXPECT_NEAR(all->timing.CurveFrom(row, kCut).WonWithin(60),
              half->timing.CurveFrom(row, kCut).WonWithin(60), .12);
  EXPECT_NE(all->timing.CurveFrom(row, kCut).WonWithin(60),
            half->timing.CurveFrom(row, kCut).WonWithin(60));
}

TEST(FitMixture, OutcomesBeyondTheHorizonCountAsLost) {
  World world = Draw(500);
  world.outcomes[0].end = End::kWon;
  world.outcomes[0].days = 5000;
  world.outcomes[1].end = End::kOpen;
  world.outcomes[1].days = 5000;
  const auto fitted =
      FitMixture(world.rows.view(), world.outcomes, {}, Parameters(), base::Progress::Silent());
  ASSERT_TRUE(fitted);
  EXPECT_EQ(fitted->win_weights[0], 0);
  EXPECT_EQ(fitted->win_weights[1], 0);
  EXPECT_LE(fitted->timing.horizon_days, 728);
}

TEST(FitMixture, RefusesWhatItCannotLearn) {
  World world = Draw(50);
  const auto code = [&](const MixtureParameters& parameters) {
    const auto fitted =
        FitMixture(world.rows.view(), world.outcomes, {}, parameters, base::Progress::Silent());
    return fitted ? ErrorCode::kInternal : fitted.error().code();
  };
  MixtureParameters parameters = Parameters();
  parameters.commit_column = 2;
  EXPECT_EQ(code(parameters), ErrorCode::kUsage);
  world.outcomes[3].days = -1;
  EXPECT_EQ(code(Parameters()), ErrorCode::kBadInput);
  for (SnapshotOutcome& outcome : world.outcomes) {
    outcome = {kCut, End::kOpen, 10, 0};
  }
  EXPECT_EQ(code(Parameters()), ErrorCode::kRefused);
  world.outcomes[0].end = End::kWon;
  EXPECT_EQ(code(Parameters()), ErrorCode::kRefused);
  world.outcomes.pop_back();
  EXPECT_EQ(code(Parameters()), ErrorCode::kUsage);
}

}  // namespace
}  // namespace ri::models
