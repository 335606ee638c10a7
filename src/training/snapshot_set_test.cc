#include "training/snapshot_set.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "features/log_builder.h"

namespace ri::training {
namespace {

using features::DayTime;

/// Closed deals, one a day, spread evenly over some accounts.
data::EventLog DealsOf(int deals, int accounts) {
  features::LogBuilder log;
  for (int i = 0; i < deals; ++i) {
    const std::string deal = "deal " + std::to_string(i);
    const std::int64_t opened = DayTime(2024, 1, 1) + std::int64_t{i} * 86'400'000;
    log.Created(deal, opened);
    log.Account(deal, opened, "account " + std::to_string(i % accounts));
    log.Outcome(deal, opened + std::int64_t{10} * 86'400'000, i % 2 == 0 ? "won" : "lost");
  }
  return log.Build();
}

std::size_t ClustersOf(const data::EventLog& log) {
  const features::FeatureEngine engine(log, {}, 1);
  const SnapshotSet set =
      CollectSnapshots(log, engine, {.cutoff = domain::StartOf(domain::MakeDate(2025, 6, 1))});
  std::set<std::uint32_t> clusters;
  for (const TrainingRow& row : set.rows) {
    clusters.insert(row.cluster);
  }
  return clusters.size();
}

TEST(CollectSnapshots, RowsOfAnAccountAreOneCluster) {
  EXPECT_EQ(ClustersOf(DealsOf(200, 40)), 40U);
}

TEST(CollectSnapshots, AHandfulOfAccountsAreKindsSoThatDealsAreTheClusters) {
  EXPECT_EQ(ClustersOf(DealsOf(200, 3)), 200U);
}

// Rows are kept by fair coins, so that won and lost deals keep their shares: of 2,600 rows 650 are
// kept give or take 22; a false alarm at five of these, and as many for the share of wins, comes
// less than once in a million.
TEST(CollectSnapshots, ABudgetOfRowsKeepsAFairSampleThatIsTheSameEveryTime) {
  const data::EventLog log = DealsOf(1800, 100);
  const features::FeatureEngine engine(log, {}, 1);
  const domain::Timestamp cutoff = domain::StartOf(domain::MakeDate(2030, 1, 1));
  const SnapshotSet whole = CollectSnapshots(log, engine, {.cutoff = cutoff});
  const std::size_t budget = whole.rows.size() / 4;
  const SnapshotSet some = CollectSnapshots(log, engine, {.cutoff = cutoff, .max_rows = budget});
  EXPECT_EQ(whole.counts.kept_share, 1);
  EXPECT_EQ(some.counts.rows_before_thinning, whole.rows.size());
  EXPECT_EQ(some.counts.rows, some.rows.size());
  EXPECT_EQ(some.counts.closed_deals, whole.counts.closed_deals) << "deals are counted before";
  EXPECT_NEAR(some.counts.kept_share, .25, .001);
  const double rows = static_cast<double>(some.rows.size());
  EXPECT_NEAR(rows, static_cast<double>(budget), 5 * std::sqrt(.75 * static_cast<double>(budget)));
  double won = 0;
  for (const TrainingRow& row : some.rows) {
    won += row.label();
  }
  EXPECT_NEAR(won / rows, .5, 5 * .5 / std::sqrt(rows));
  const SnapshotSet again =
      CollectSnapshots(log, engine, {.cutoff = cutoff, .max_rows = budget, .num_threads = 2});
  ASSERT_EQ(again.rows.size(), some.rows.size());
  for (std::size_t i = 0; i < some.rows.size(); ++i) {
    EXPECT_EQ(again.rows[i].key, some.rows[i].key);
  }
}

}  // namespace
}  // namespace ri::training
