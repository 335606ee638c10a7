#include "scoring/deal_risks.h"

#include <gtest/gtest.h>

#include <cmath>

#include "domain/probability.h"

namespace ri::scoring {
namespace {

using domain::MakeDate;

/// Wins close uniformly over 100 days, losses over 50.
models::Outlook UniformOutlook(double win) {
  std::vector<double> won;
  std::vector<double> lost;
  for (int day = 0; day <= 100; ++day) {
    won.push_back(day / 100.0);
    lost.push_back(std::min(1.0, day / 50.0));
  }
  return {models::Prediction{.win = domain::Probability(win)}, models::CloseCurve(won, lost)};
}

DealDates DatesWithCommit(std::optional<domain::Date> commit) {
  return {.as_of = MakeDate(2026, 11, 16),
          .commit_date = commit,
          .quarter_end = MakeDate(2027, 1, 1),
          .next_quarter_end = MakeDate(2027, 4, 1)};
}

TEST(RisksOf, ChancesOfOneDealFitTogether) {
  const models::Outlook outlook = UniformOutlook(0.6);
  const DealRisks risks =
      RisksOf(outlook.prediction(), outlook, DatesWithCommit(MakeDate(2026, 12, 15)));
  // 30 days through the commit date: 0.6 x 0.30 won, 0.4 x 0.60 lost.
  EXPECT_NEAR(risks.win_by_commit_date, 0.18, 1e-12);
  EXPECT_NEAR(risks.slip, 1 - 0.18 - 0.24, 1e-12);
  EXPECT_NEAR(risks.win_by_quarter_end, 0.6 * 0.46, 1e-12);
  EXPECT_NEAR(risks.win_by_next_quarter_end, 0.6, 1e-12);
  EXPECT_NEAR(risks.miss, 1 - 0.6 * 0.44, 1e-12);
  EXPECT_NEAR(risks.loss, 0.4, 1e-12);
  EXPECT_EQ(risks.close_p50, MakeDate(2026, 11, 16) + std::chrono::days(49));
}

TEST(RisksOf, AnOverdueDealHasSlipped) {
  const models::Outlook outlook = UniformOutlook(0.6);
  const DealRisks risks =
      RisksOf(outlook.prediction(), outlook, DatesWithCommit(MakeDate(2026, 11, 15)));
  EXPECT_EQ(risks.slip, 1);
  EXPECT_TRUE(std::isnan(risks.win_by_commit_date));
  EXPECT_NEAR(risks.miss, 1 - 0.6 * 0.14, 1e-12);
}

TEST(RisksOf, WithoutTimingOnlyLossIsKnown) {
  const models::Prediction prediction{.win = domain::Probability(0.3)};
  const DealRisks risks = RisksOf(prediction, std::nullopt, DatesWithCommit(std::nullopt));
  EXPECT_TRUE(std::isnan(risks.slip));
  EXPECT_TRUE(std::isnan(risks.win_by_quarter_end));
  EXPECT_EQ(risks.miss, risks.loss);
  EXPECT_FALSE(risks.close_p50);
}

TEST(ExcessRisk, ComparesWithPeersAndWithAllWhenPeersAreFew) {
  std::vector<PeerInput> deals(12, {"early", 0.2});
  deals[0].not_missed = 0.1;
  deals.push_back({"late", 0.5});
  deals.push_back({"late", std::nan("")});
  const std::vector<double> excess = ExcessRisk(deals, 10);
  const double early_mean = (11 * 0.2 + 0.1) / 12;
  EXPECT_NEAR(excess[0], domain::Logit(early_mean) - domain::Logit(0.1), 1e-12);
  const double all_mean = (11 * 0.2 + 0.1 + 0.5) / 13;
  EXPECT_NEAR(excess[12], domain::Logit(all_mean) - domain::Logit(0.5), 1e-12);
  EXPECT_TRUE(std::isnan(excess[13]));
}

TEST(WeeksToCommitBucket, CoversAllDates) {
  const domain::Date monday = MakeDate(2026, 11, 16);
  EXPECT_EQ(WeeksToCommitBucket(monday, std::nullopt), "no date");
  EXPECT_EQ(WeeksToCommitBucket(monday, monday - std::chrono::days(1)), "overdue");
  EXPECT_EQ(WeeksToCommitBucket(monday, monday), "0-2 weeks");
  EXPECT_EQ(WeeksToCommitBucket(monday, monday + std::chrono::days(21)), "3-6 weeks");
  EXPECT_EQ(WeeksToCommitBucket(monday, monday + std::chrono::days(49)), "7-13 weeks");
  EXPECT_EQ(WeeksToCommitBucket(monday, monday + std::chrono::days(98)), "later");
}

TEST(AmountAtStake, IsLargestWhereTheOutcomeIsOpen) {
  EXPECT_EQ(AmountAtStake(100, 0.5), 25);
  EXPECT_EQ(AmountAtStake(100, 1), 0);
  EXPECT_EQ(AmountAtStake(std::nan(""), 0.5), 0);
}

}  // namespace
}  // namespace ri::scoring
