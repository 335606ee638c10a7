#include "synthetic/deal_record.h"

#include <gtest/gtest.h>

#include "synthetic/truth_oracle.h"

namespace ri::synthetic {
namespace {

class DealRecordTest : public ::testing::TestWithParam<const char*> {
 protected:
  DealRecordTest() {
    GeneratorOptions options;
    options.scenario = GetParam();
    options.deals = 1'500;
    options.quarters = 8;
    company_.emplace(*MakePlan(options));
  }
  [[nodiscard]] DealRecord Make(std::size_t deal) const {
    return MakeDealRecord(*company_, {}, deal);
  }
  std::optional<Company> company_;
};

TEST_P(DealRecordTest, VersionsAreInOrderAndBeforeAsOf) {
  const domain::Timestamp as_of = domain::StartOf(company_->as_of());
  for (std::size_t deal = 0; deal < company_->created().size(); ++deal) {
    const DealRecord record = Make(deal);
    ASSERT_FALSE(record.versions.empty());
    EXPECT_EQ(record.versions.front().time, record.latents.created);
    EXPECT_LT(record.versions.back().time, as_of);
    for (std::size_t i = 1; i < record.versions.size(); ++i) {
      EXPECT_LT(record.versions[i - 1].time, record.versions[i].time);
    }
    for (const DealActivity& activity : record.activities) {
      EXPECT_LT(activity.written, as_of);
      EXPECT_GE(activity.written, record.latents.created);
    }
  }
}

TEST_P(DealRecordTest, ClosedDealsChangeNoMoreUntilReopened) {
  std::size_t reopened = 0;
  for (std::size_t deal = 0; deal < company_->created().size(); ++deal) {
    const DealRecord record = Make(deal);
    for (std::size_t i = 1; i < record.versions.size(); ++i) {
      const DealVersion& before = record.versions[i - 1];
      const DealVersion& after = record.versions[i];
      if (before.stage < kOpenStages) {
        continue;
      }
      if (after.stage < kOpenStages) {
        ++reopened;
        EXPECT_EQ(record.episodes.size(), 2u);
        EXPECT_EQ(before.stage, kStageLost);
      } else {
        EXPECT_EQ(before.stage, after.stage);  // only the account record was merged
        EXPECT_NE(before.account_record, after.account_record);
      }
    }
  }
  EXPECT_GT(reopened, 0u);
}

TEST_P(DealRecordTest, ClosingDatesAreTrueAndNeverInTheFuture) {
  for (std::size_t deal = 0; deal < company_->created().size(); ++deal) {
    const DealRecord record = Make(deal);
    const DealVersion& last = record.versions.back();
    if (last.stage < kOpenStages) {
      continue;
    }
    const domain::Timestamp closed =
        record.episodes.empty() ? record.same_week_closed
        : record.episodes.size() == 2 && record.episodes[1].closed != domain::Timestamp{} &&
                last.commit_date == domain::DateOf(record.episodes[1].closed)
            ? record.episodes[1].closed
            : record.episodes[0].closed;
    EXPECT_EQ(last.commit_date, domain::DateOf(closed));
    EXPECT_LT(last.commit_date, company_->as_of());
  }
}

TEST_P(DealRecordTest, ActivitiesEndWithTheDealUnlessLateOrPlanned) {
  for (std::size_t deal = 0; deal < company_->created().size(); ++deal) {
    const DealRecord record = Make(deal);
    if (record.episodes.size() != 1 ||
        record.episodes.front().path.end == EpisodeEnd::kNeverClosed) {
      continue;
    }
    for (const DealActivity& activity : record.activities) {
      if (activity.kind != ActivityKind::kOnboarding && activity.when <= activity.written) {
        EXPECT_LT(activity.when, record.episodes.front().closed);
      }
    }
  }
}

TEST_P(DealRecordTest, IsAFunctionOfSeedAndIndex) {
  const DealRecord once = Make(17);
  const DealRecord twice = Make(17);
  ASSERT_EQ(once.versions.size(), twice.versions.size());
  ASSERT_EQ(once.activities.size(), twice.activities.size());
  for (std::size_t i = 0; i < once.activities.size(); ++i) {
    EXPECT_EQ(once.activities[i].when, twice.activities[i].when);
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, DealRecordTest,
                         ::testing::Values("clean", "realistic", "dirty"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace ri::synthetic
