#include "training/timing_choice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace ri::training {
namespace {

const domain::Timestamp kBegin = domain::StartOf(domain::MakeDate(2024, 1, 1));  // a Monday
const domain::Timestamp kCutoff = kBegin + std::chrono::weeks(100);

struct Company {
  TrainingMatrix matrix;
  EpisodesOfDeals episodes;
};

/// Deals with one column. Nine in ten live for 30 days on average, slow ones for 400,
/// without memory of their age; half are won. The column says
/// nothing.
Company Deals() {
  Company company;
  base::RandomStream random(21, "timing choice test");
  std::vector<TrainingRow> rows;
  std::vector<float> column;
  for (std::uint32_t deal = 0; deal < 700; ++deal) {
    const auto opened = kBegin + std::chrono::hours(24 * static_cast<int>(random.Below(690)));
    const bool quick = random.Bernoulli(0.9);
    const auto closed =
        opened + std::chrono::hours(
                     24 * (1 + static_cast<int>(-std::log(random.Uniform()) * (quick ? 30 : 400))));
    features::Episode episode;
    episode.opened = opened;
    episode.qualified = opened;
    episode.outcome = random.Bernoulli(0.5) ? features::Outcome::kWon : features::Outcome::kLost;
    episode.closed = closed;
    episode.outcome_visible = closed;
    company.episodes.push_back({episode});
    const float shown = random.Bernoulli(0.9) ? 1.F : -1.F;
    for (domain::Timestamp monday = domain::StartOf(
             domain::MondayOnOrAfter(domain::DateOf(opened) + std::chrono::days(1)));
         monday < std::min(closed, kCutoff); monday += std::chrono::weeks(1)) {
      TrainingRow row;
      row.key = {.deal = deal, .as_of = monday};
      row.outcome = episode.outcome;
      row.outcome_visible = closed;
      row.closed = closed;
      row.cluster = deal;
      rows.push_back(row);
      column.push_back(shown);
    }
  }
  std::vector<std::size_t> order(rows.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return rows[i].key.as_of; });
  company.matrix.encoded = base::Matrix<float>(rows.size(), 1);
  for (std::size_t i = 0; i < order.size(); ++i) {
    company.matrix.set.rows.push_back(rows[order[i]]);
    company.matrix.encoded(i, 0) = column[order[i]];
  }
  return company;
}

TimingChoice Choose(const Company& company, int threads) {
  const std::vector<Origin> origins = RollingOrigins(company.matrix.set.rows, kCutoff, {});
  const auto judged = CollectOutOfTime(company.matrix, company.episodes, origins,
                                       {.cutoff = kCutoff}, base::Progress::Silent());
  EXPECT_TRUE(judged);
  const std::vector<double> win(judged->timed.rows.size(), 0.5);
  auto choice =
      ChooseTiming(company.matrix, company.episodes, origins, *judged, win,
                   {.num_threads = threads, .closed_deals = 700, .max_snapshots_at_origins = 1500},
                   base::Progress::Silent());
  EXPECT_TRUE(choice);
  EXPECT_EQ(choice->shares.size(), judged->timed.rows.size());
  return *std::move(choice);
}

TEST(ChooseTiming, StaysPooledWhereFeaturesSayNothing) {
  const TimingChoice choice = Choose(Deals(), 2);
  EXPECT_FALSE(choice.by_features) << choice.reason;
}

TEST(CalibrateQuarter, HelpsWhereChancesAreTooLowAndElseStaysAway) {
  TrainingMatrix matrix;
  TimedRows timed;
  std::vector<double> win;
  std::vector<TimedShares> low;
  std::vector<TimedShares> honest;
  base::RandomStream random(3, "quarter");
  for (std::uint32_t i = 0; i < 3000; ++i) {
    matrix.set.rows.push_back({.key = {.deal = i}});
    const double chance = 0.1 + 0.5 * random.Uniform();
    timed.rows.push_back(i);
    timed.origin.push_back(i / 1000);
    timed.cluster.push_back(i);
    timed.days_to_quarter_end.push_back(30);
    timed.days_to_commit.push_back(60);
    timed.slipped.push_back(0);
    timed.won_in_quarter.push_back(random.Bernoulli(chance) ? 1 : 0);
    win.push_back(0.8);
    honest.push_back({.quarter_won = chance / 0.8, .commit_won = 1, .commit_lost = 1});
    low.push_back({.quarter_won = chance / 1.6, .commit_won = 1, .commit_lost = 1});
  }
  const auto corrected = CalibrateQuarter(matrix, timed, win, low);
  ASSERT_TRUE(corrected);
  EXPECT_NE(corrected->calibrator, models::QuarterCalibrator());
  for (std::size_t i = 0; i < win.size(); ++i) {
    EXPECT_LE(corrected->won_in_quarter[i], win[i]) << "never above the chance to win at all";
    EXPECT_GE(corrected->slip[i], 0);
  }
  const auto left = CalibrateQuarter(matrix, timed, win, honest);
  ASSERT_TRUE(left);
  EXPECT_FALSE(left->reason.empty());
}

}  // namespace
}  // namespace ri::training
