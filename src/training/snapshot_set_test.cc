#include "training/snapshot_set.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace ri::training
