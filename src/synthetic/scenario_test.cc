#include "synthetic/scenario.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include "domain/probability.h"
#include "synthetic/truth_export.h"
#include "synthetic/truth_oracle.h"

// What every scenario promises, measured on companies of a few thousand deals with fixed seeds.
namespace ri::synthetic {
namespace {

/// One deal per row: its first Monday and how it ended.
struct Observed {
  double truth = 0;
  double quality = 0;
  double fit = 0;
  double amount = 0;
  double activities = 0;  ///< written before a random later Monday
  double stage = 0;       ///< on that Monday
  double engagement = 0;
  double later_truth = 0;
  bool won = false;
  bool lost = false;
  int quarter = 0;  ///< of creation
  double days = 0;  ///< from creation to the close
};

struct World {
  Company company;
  std::vector<Observed> deals;
  std::size_t closed = 0;
  std::size_t won = 0;
  std::size_t open = 0;
  double won_on_last_day = 0;
  double won_in_last_two_weeks = 0;
};

enum class Truth { kWithout, kWith };

World Live(const std::string& scenario, std::size_t deals, int quarters, double shock_scale,
           Truth wanted = Truth::kWith) {
  GeneratorOptions options;
  options.scenario = scenario;
  options.deals = deals;
  options.quarters = quarters;
  options.shock_scale = shock_scale;
  World world{.company = Company(*MakePlan(options)), .deals = {}};
  DealTruth truth(world.company);
  const MarketCalendar& calendar = world.company.calendar();
  for (std::size_t i = 0; i < world.company.created().size(); ++i) {
    const DealRecord record = MakeDealRecord(world.company, {}, i);
    const DealVersion& now = record.versions.back();
    world.open += now.stage < kOpenStages ? 1 : 0;
    world.closed += now.stage >= kOpenStages ? 1 : 0;
    world.won += now.stage == kStageWon ? 1 : 0;
    if (record.episodes.empty() ||
        calendar.Monday(record.episodes.front().path.first_week) > world.company.as_of()) {
      continue;
    }
    const DealPath& path = record.episodes.front().path;
    base::RandomStream stream(3, "scenario-test-monday", i);
    const std::vector<domain::Date> commits = CommitDatesOnMondays(world.company, record, path);
    const std::size_t later = stream.Below(commits.size());
    const int week = path.first_week + static_cast<int>(later);
    const domain::Timestamp monday = domain::StartOf(calendar.Monday(week));
    Observed row;
    if (wanted == Truth::kWith) {
      const auto truths = truth.AlongPath(record.episodes.front().dynamics, path, commits);
      row.truth = truths.front().win_ever;
      row.later_truth = truths[later].win_ever;
    }
    row.quality = record.latents.quality;
    row.fit = record.latents.fit;
    row.amount = record.latents.amount_ratio;
    row.stage = path.weeks[later].stage;
    row.engagement = path.weeks[later].level;
    row.activities = static_cast<double>(
        std::count_if(record.activities.begin(), record.activities.end(),
                      [&](const DealActivity& a) { return a.written < monday; }));
    row.won = path.end == EpisodeEnd::kWon;
    row.lost = path.end == EpisodeEnd::kLost;
    row.quarter = calendar.QuarterOfDate(domain::DateOf(record.latents.created));
    if (row.won) {
      const domain::Date closed = domain::DateOf(record.episodes.front().closed);
      const domain::Date end = calendar.QuarterPeriod(calendar.QuarterOfDate(closed)).end;
      const auto left = (end - closed).count();
      const unsigned weekday = std::chrono::weekday(closed).iso_encoding();
      const bool last_working_day = left == 1 || (weekday == 5 && left <= 3);
      world.won_on_last_day += last_working_day ? 1 : 0;
      world.won_in_last_two_weeks += left <= 14 ? 1 : 0;
    }
    row.days = static_cast<double>(
        (domain::DateOf(record.episodes.front().closed) - domain::DateOf(record.latents.created))
            .count());
    world.deals.push_back(row);
  }
  return world;
}

/// Area under the ROC curve of a score for winning, ties counted half.
double Auc(const std::vector<Observed>& deals, double Observed::* score) {
  std::map<double, std::pair<double, double>> by_score;  // wins, others
  double wins = 0;
  double others = 0;
  for (const Observed& deal : deals) {
    auto& counts = by_score[deal.*score];
    (deal.won ? counts.first : counts.second) += 1;
    (deal.won ? wins : others) += 1;
  }
  double area = 0;
  double others_below = 0;
  for (const auto& [value, counts] : by_score) {
    area += counts.first * (others_below + counts.second / 2);
    others_below += counts.second;
  }
  return area / (wins * others);
}

double MedianDaysToWin(const World& world) {
  std::vector<double> days;
  for (const Observed& deal : world.deals) {
    if (deal.won) {
      days.push_back(deal.days);
    }
  }
  std::nth_element(days.begin(), days.begin() + static_cast<std::ptrdiff_t>(days.size() / 2),
                   days.end());
  return days[days.size() / 2];
}

TEST(ScenarioTest, NamesAreKnownAndOthersAreRefused) {
  for (const char* name :
       {"clean", "realistic", "small-team", "dirty", "regime-break", "no-signal", "enterprise"}) {
    const auto scenario = FindScenario(name);
    ASSERT_TRUE(scenario) << name;
    EXPECT_FALSE(scenario->sentence.empty());
    EXPECT_EQ(scenario->regions.size(), scenario->currencies.size());
    double share = 0;
    for (const Segment& segment : scenario->segments) {
      share += segment.share;
    }
    EXPECT_NEAR(share, 1, 1e-12);
  }
  EXPECT_EQ(Scenarios().size(), 7u);
  EXPECT_EQ(FindScenario("utopia").error().code(), ErrorCode::kUsage);
}

TEST(ScenarioTest, BaseRatesArePlausible) {
  for (const char* name : {"clean", "realistic", "dirty", "enterprise", "no-signal"}) {
    const World world = Live(name, 2'000, 10, 1, Truth::kWithout);
    const double win_rate = static_cast<double>(world.won) / static_cast<double>(world.closed);
    EXPECT_GT(win_rate, 0.20) << name;
    EXPECT_LT(win_rate, 0.36) << name;
    const double open = static_cast<double>(world.open) / 2'000;
    EXPECT_GT(open, 0.03) << name;
    EXPECT_LT(open, 0.25) << name;
    EXPECT_GT(MedianDaysToWin(world), 21) << name;
    EXPECT_LT(MedianDaysToWin(world), 150) << name;
  }
}

TEST(ScenarioTest, QuarterEndsCollectWins) {
  const World world = Live("realistic", 3'000, 12, 1, Truth::kWithout);
  const double wins = static_cast<double>(std::count_if(
      world.deals.begin(), world.deals.end(), [](const Observed& deal) { return deal.won; }));
  // One working day in 65 and two weeks in 13 would hold 1.5 % and 15 % without a push.
  EXPECT_GT(world.won_on_last_day / wins, 0.06);
  EXPECT_GT(world.won_in_last_two_weeks / wins, 0.25);
}

TEST(ScenarioTest, TheHiddenStateSeparatesWinsWell) {
  const World world = Live("realistic", 2'500, 10, 1);
  EXPECT_GT(Auc(world.deals, &Observed::truth), 0.74);
  EXPECT_GT(Auc(world.deals, &Observed::later_truth), 0.85);
  EXPECT_GT(Auc(world.deals, &Observed::activities), 0.5);
  EXPECT_GT(Auc(world.deals, &Observed::stage), 0.6);
}

// Deals are independent given the company when there are no shocks: the sum of outcomes minus
// chances, in standard deviations, is standard normal. 4.9 of them and a chi-square of ten
// groups above 42 (10 degrees) each raise a false alarm less than once in 100,000 times.
TEST(ScenarioTest, TruthIsCalibratedAgainstOutcomes) {
  World world = Live("realistic", 4'000, 10, 0);
  for (double Observed::* truth : {&Observed::truth, &Observed::later_truth}) {
    std::sort(world.deals.begin(), world.deals.end(),
              [truth](const Observed& a, const Observed& b) { return a.*truth < b.*truth; });
    double difference = 0;
    double variance = 0;
    double chi_square = 0;
    constexpr std::size_t kGroups = 10;
    for (std::size_t group = 0; group < kGroups; ++group) {
      double group_difference = 0;
      double group_variance = 0;
      for (std::size_t i = world.deals.size() * group / kGroups;
           i < world.deals.size() * (group + 1) / kGroups; ++i) {
        const double p = world.deals[i].*truth;
        group_difference += (world.deals[i].won ? 1 : 0) - p;
        group_variance += p * (1 - p);
      }
      difference += group_difference;
      variance += group_variance;
      if (group_variance > 1) {
        chi_square += group_difference * group_difference / group_variance;
      } else {
        EXPECT_LT(std::fabs(group_difference), 6);  // nearly certain deals
      }
    }
    EXPECT_LT(std::fabs(difference) / std::sqrt(variance), 4.9);
    EXPECT_LT(chi_square, 42);
  }
}

// The standard error of an AUC of one half is sqrt((1/wins + 1/others) / 12) = .0085 here; five of
// them make a false alarm about once in two million for each score.
TEST(ScenarioTest, NoSignalHasNone) {
  const World world = Live("no-signal", 5'000, 10, 1, Truth::kWithout);
  const std::vector<double Observed::*> scores = {&Observed::quality, &Observed::fit,
                                                  &Observed::amount,  &Observed::activities,
                                                  &Observed::stage,   &Observed::engagement};
  for (std::size_t i = 0; i < scores.size(); ++i) {
    EXPECT_NEAR(Auc(world.deals, scores[i]), 0.5, 0.043) << i;
  }
}

TEST(ScenarioTest, TheBreakLowersTheWinLevelByThreeTenths) {
  const World before = Live("realistic", 1'500, 14, 0);
  const World after = Live("regime-break", 1'500, 14, 0);
  ASSERT_EQ(before.deals.size(), after.deals.size());
  const int break_quarter = after.company.break_quarter();
  EXPECT_EQ(break_quarter, after.company.first_quarter() + 8);
  double change = 0;
  int deals = 0;
  for (std::size_t i = 0; i < before.deals.size(); ++i) {
    if (after.deals[i].quarter >= break_quarter) {
      change += domain::Logit(after.deals[i].truth) - domain::Logit(before.deals[i].truth);
      ++deals;
    } else if (after.deals[i].quarter < break_quarter - 8) {
      EXPECT_EQ(after.deals[i].truth, before.deals[i].truth);
    }
  }
  EXPECT_NEAR(change / deals, -0.3, 0.03);
}

TEST(ScenarioTest, CommonShocksMoveWholeQuarters) {
  const auto deviation_of_wins = [](double shock_scale) {
    const World world = Live("realistic", 4'000, 12, shock_scale);
    std::map<int, std::pair<double, double>> by_quarter;  // surprise, variance
    for (const Observed& deal : world.deals) {
      auto& [surprise, variance] = by_quarter[deal.quarter];
      surprise += (deal.won ? 1 : 0) - deal.truth;
      variance += deal.truth * (1 - deal.truth);
    }
    double sum = 0;
    for (const auto& [quarter, pair] : by_quarter) {
      sum += pair.first * pair.first / pair.second;
    }
    return sum / static_cast<double>(by_quarter.size());
  };
  // Mean of 13 squared standard scores: 1 without shocks, with a standard deviation of .4.
  EXPECT_LT(deviation_of_wins(0), 3.2);
  EXPECT_GT(deviation_of_wins(6), 5);
}

}  // namespace
}  // namespace ri::synthetic
