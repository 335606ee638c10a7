// The tables of the server mean the same on both engines. Built into the test of each.
#include "data/operations_store.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "data/operations_under_test.h"

namespace ri::data {
namespace {

class OperationsStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = MakeOperationsUnderTest();
    store_ = database_->Open();
    ASSERT_NE(store_, nullptr);
  }
  std::int64_t AddUser(const std::string& email) {
    return store_->AddUser({.email = email, .name = "N", .role = "rep", .rep_id = "005"}).value();
  }
  std::unique_ptr<OperationsUnderTest> database_;
  std::unique_ptr<OperationsStore> store_;
};

TEST_F(OperationsStoreTest, KeepsUsersAndRefusesASecondOfTheSameAddress) {
  const std::int64_t id = AddUser("a@example.com");
  EXPECT_EQ(store_->AddUser({.email = "a@example.com", .role = "rep"}).error().code(),
            ErrorCode::kConflict);
  StoredUser user = store_->UserById(id)->value();
  EXPECT_EQ(user.rep_id, "005");
  EXPECT_FALSE(user.password_hash);
  user.password_hash = "hash";
  user.disabled = true;
  ASSERT_TRUE(store_->UpdateUser(user));
  const StoredUser changed = store_->UserByEmail("a@example.com")->value();
  EXPECT_EQ(changed.password_hash, "hash");
  EXPECT_TRUE(changed.disabled);
}

TEST_F(OperationsStoreTest, UsesALinkUpAndForgetsExpiredOnes) {
  const std::int64_t id = AddUser("a@example.com");
  ASSERT_TRUE(store_->SetLink("old", id, 100));
  ASSERT_TRUE(store_->SetLink("new", id, 100));
  EXPECT_FALSE(store_->TakeLink("old", 50)->has_value());
  EXPECT_EQ(store_->TakeLink("new", 50)->value(), id);
  EXPECT_FALSE(store_->TakeLink("new", 50)->has_value());
  ASSERT_TRUE(store_->SetLink("late", id, 100));
  EXPECT_FALSE(store_->TakeLink("late", 100)->has_value());
}

TEST_F(OperationsStoreTest, EndsSessionsButTheNamedOne) {
  const std::int64_t id = AddUser("a@example.com");
  for (const char* name : {"one", "two", "three"}) {
    ASSERT_TRUE(store_->AddSession(
        {.token_hash = name, .user_id = id, .csrf_token = "c", .expires_at = 9}));
  }
  ASSERT_TRUE(store_->EndSessionsOf(id, "two", 0));
  EXPECT_FALSE(store_->Session("one", 0)->has_value());
  EXPECT_TRUE(store_->Session("two", 0)->has_value());
  EXPECT_FALSE(store_->Session("two", 9)->has_value());
}

TEST_F(OperationsStoreTest, ChainsTheAuditLogFromManyThreads) {
  const auto other = database_->Open();
  {
    std::vector<std::jthread> threads;
    for (OperationsStore* store : {store_.get(), other.get()}) {
      threads.emplace_back([store] {
        for (int i = 0; i < 20; ++i) {
          ASSERT_TRUE(
              store->Audit({.at = i, .actor = "a", .action = "x", .subject = "s", .detail = "{}"}));
        }
      });
    }
  }
  const AuditCheck check = store_->VerifyAudit().value();
  EXPECT_EQ(check.entries, 40);
  EXPECT_FALSE(check.first_broken);
  const auto page = store_->AuditPage(0, 3, "x", "").value();
  ASSERT_EQ(page.size(), 3U);
  EXPECT_EQ(page[0].id, 40);
  EXPECT_EQ(page[0].hash, check.head);
  EXPECT_EQ(page[0].previous_hash, page[1].hash);
  EXPECT_TRUE(store_->AuditPage(0, 3, "y", "").value().empty());
}

TEST_F(OperationsStoreTest, GivesEachJobToOneClaimant) {
  constexpr int kJobs = 12;
  for (int i = 0; i < kJobs; ++i) {
    ASSERT_TRUE(store_->AddJob({.kind = "score", .actor = "a", .request = "{}"}));
  }
  const auto other = database_->Open();
  std::vector<std::int64_t> first, second;
  {
    const auto claim = [](OperationsStore& store, std::vector<std::int64_t>& taken) {
      while (const auto job = store.ClaimJob(1000, 0).value()) {
        taken.push_back(job->id);
      }
    };
    const std::jthread a([&] { claim(*store_, first); });
    const std::jthread b([&] { claim(*other, second); });
  }
  std::set<std::int64_t> all(first.begin(), first.end());
  all.insert(second.begin(), second.end());
  EXPECT_EQ(first.size() + second.size(), static_cast<std::size_t>(kJobs));
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kJobs));
  // A job without a sign of life is taken over; one with is not.
  ASSERT_TRUE(store_->ReportJob(*all.begin(), "Working", 1, 2, 5000));
  const auto stale = store_->ClaimJob(9000, 4000).value();
  ASSERT_TRUE(stale);
  EXPECT_NE(stale->id, *all.begin());
}

TEST_F(OperationsStoreTest, CancelsWaitingJobsAtOnceAndAsksRunningOnes) {
  const std::int64_t waiting = store_->AddJob({.kind = "train", .request = "{}"}).value();
  EXPECT_TRUE(store_->RequestCancel(waiting, 7).value());
  EXPECT_EQ(store_->Job(waiting)->value().status, "cancelled");
  const std::int64_t running = store_->AddJob({.kind = "train", .request = "{}"}).value();
  ASSERT_EQ(store_->ClaimJob(1, 0)->value().id, running);
  EXPECT_FALSE(store_->ReportJob(running, "A", 0, 0, 2).value());
  EXPECT_TRUE(store_->RequestCancel(running, 7).value());
  EXPECT_TRUE(store_->ReportJob(running, "A", 0, 0, 2).value());
  ASSERT_TRUE(store_->FinishJob(running, "done", std::nullopt, "{}", 9));
  EXPECT_FALSE(store_->RequestCancel(running, 10).value());
}

TEST_F(OperationsStoreTest, TakesBackOwnDecisionsOnly) {
  const std::int64_t me = AddUser("a@example.com");
  const std::int64_t other = AddUser("b@example.com");
  const std::string before = store_->DecisionsTag().value();
  const std::int64_t id =
      store_->AddDecision({.deal_id = "D", .kind = "note", .user_id = me, .note = "n"}).value();
  EXPECT_NE(store_->DecisionsTag().value(), before);
  EXPECT_FALSE(store_->TakeBack(id, other, 5).value());
  EXPECT_TRUE(store_->TakeBack(id, me, 5).value());
  EXPECT_FALSE(store_->TakeBack(id, me, 5).value());
  EXPECT_TRUE(store_->DecisionsInForce().value().empty());
  EXPECT_EQ(store_->DecisionsOf("D").value().at(0).taken_back_at, 5);
}

TEST_F(OperationsStoreTest, ReplacesAViewOfTheSameName) {
  const std::int64_t me = AddUser("a@example.com");
  ASSERT_TRUE(store_->SaveView({.user_id = me, .name = "v", .page = "deals", .query = "1"}));
  ASSERT_TRUE(store_->SaveView({.user_id = me, .name = "v", .page = "deals", .query = "2"}));
  const auto views = store_->Views().value();
  ASSERT_EQ(views.size(), 1U);
  EXPECT_EQ(views[0].query, "2");
}

TEST_F(OperationsStoreTest, WritesAnEntryOnceWhenAskedTo) {
  EXPECT_TRUE(
      store_->AuditOnce({.at = 1, .actor = "a", .action = "import", .subject = "batch 1"}).value());
  EXPECT_FALSE(
      store_->AuditOnce({.at = 2, .actor = "b", .action = "import", .subject = "batch 1"}).value());
  EXPECT_TRUE(store_->AuditOnce({.at = 2, .action = "import", .subject = "batch 2"}).value());
  EXPECT_TRUE(store_->AuditOnce({.at = 2, .action = "train", .subject = "batch 1"}).value());
  const AuditCheck check = store_->VerifyAudit().value();
  EXPECT_EQ(check.entries, 3);
  EXPECT_FALSE(check.first_broken);
}

TEST_F(OperationsStoreTest, LetsOneProcessAtATimeDoTheDailyRun) {
  const auto other = database_->Open();
  // Again and again: what was released must be free at once, not when a server has noticed.
  for (int round = 0; round < 20; ++round) {
    {
      const auto held = store_->LockDailyRun();
      ASSERT_TRUE(held);
      EXPECT_EQ(other->LockDailyRun().error().code(), ErrorCode::kConflict);
    }
    EXPECT_TRUE(other->LockDailyRun());
  }
}

TEST_F(OperationsStoreTest, TheDailyRunDoesNotWaitForItself) {
  const auto held = store_->LockDailyRun();
  ASSERT_TRUE(held);
  const auto added =
      store_->AddAlertWeek({.week = 20'000, .model = "m", .fired = 0, .state = "s"}, {}, {});
  ASSERT_TRUE(added.has_value());
  EXPECT_TRUE(*added);
  EXPECT_TRUE(store_->Audit({.at = 1, .actor = "a", .action = "train", .subject = "m"}));
}

TEST_F(OperationsStoreTest, KeepsTheJournalOfDailyRuns) {
  ASSERT_TRUE(store_->SetDailyRun({.day = 10, .moment = 864000000, .status = "running"}));
  ASSERT_TRUE(store_->SetDailyRun({.day = 11, .moment = 950400000, .status = "running"}));
  ASSERT_TRUE(store_->SetDailyRun({.day = 10, .moment = 5, .status = "done"}));
  const auto runs = store_->DailyRuns(9).value();
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].day, 11);
  EXPECT_EQ(runs[1].status, "done");
  EXPECT_EQ(runs[1].moment, 864000000) << "a run keeps the moment it began with";
  StoredDailyStep step{.day = 10, .step = "score", .status = "running", .state = "{}"};
  ASSERT_TRUE(store_->SetDailyStep(step));
  EXPECT_FALSE(store_->LastDailyStep("score", "done", 99)->has_value());
  step.status = "done";
  step.summary = "s";
  ASSERT_TRUE(store_->SetDailyStep(step));
  EXPECT_EQ(store_->LastDailyStep("score", "done", 10)->value().summary, "s");
  EXPECT_FALSE(store_->LastDailyStep("score", "done", 9)->has_value());
  EXPECT_EQ(store_->DailySteps(10).value().at(0).state, "{}");
}

TEST_F(OperationsStoreTest, KeepsWhatTheLastTryOfAStepTook) {
  ASSERT_TRUE(store_->SetDailyCost(
      {.day = 10, .step = "score", .seconds = 9, .processor_seconds = 9, .peak_bytes = 9}));
  ASSERT_TRUE(store_->SetDailyCost({.day = 10,
                                    .step = "score",
                                    .seconds = 0.1,
                                    .processor_seconds = 0.3,
                                    .peak_bytes = 5'000'000'000}));
  ASSERT_TRUE(store_->SetDailyCost({.day = 11, .step = "score"}));
  const auto costs = store_->DailyCosts(10).value();
  ASSERT_EQ(costs.size(), 1U);
  EXPECT_EQ(costs[0].seconds, 0.1);
  EXPECT_EQ(costs[0].processor_seconds, 0.3);
  EXPECT_EQ(costs[0].peak_bytes, 5'000'000'000);
}

TEST_F(OperationsStoreTest, CountsTheAttemptsOfADelivery) {
  StoredDelivery delivery{.id = "x",
                          .document = "letter",
                          .channel = "mail a",
                          .status = "failed",
                          .attempts = 1,
                          .last_at = 5,
                          .error = "no answer"};
  ASSERT_TRUE(store_->SetDelivery(delivery));
  delivery.status = "sent";
  delivery.attempts = 2;
  delivery.error.reset();
  ASSERT_TRUE(store_->SetDelivery(delivery));
  const StoredDelivery stored = store_->Delivery("x")->value();
  EXPECT_EQ(stored.status, "sent");
  EXPECT_EQ(stored.attempts, 2);
  EXPECT_FALSE(stored.error);
  EXPECT_EQ(store_->Deliveries(5).value().size(), 1U);
}

TEST_F(OperationsStoreTest, KeepsAlertsOfAWeekAllOrNothingAndOnce) {
  const StoredAlert alert{.type = "miss",
                          .deal_id = "006",
                          .rep_id = "005",
                          .fired_day = 20'000,
                          .withheld = true,
                          .reason = "Late.",
                          .risk = "91.5",
                          .commit_day = 20'030,
                          .model = "m"};
  const StoredAlertWeek week{.week = 20'000, .model = "m", .fired = 1, .state = "s1"};
  EXPECT_TRUE(store_->AddAlertWeek(week, {alert}, {}).value());
  EXPECT_FALSE(store_->AddAlertWeek(week, {alert}, {}).value());
  EXPECT_EQ(store_->Alerts(0, true)->size(), 1u);
  // Twice the same alert in one week: nothing of the week stays.
  StoredAlertWeek next{.week = 20'007, .model = "m", .fired = 2, .state = "s2"};
  StoredAlert other = alert;
  other.fired_day = 20'007;
  EXPECT_FALSE(store_->AddAlertWeek(next, {other, other}, {}).has_value());
  EXPECT_EQ(store_->NewestAlertWeek()->value().state, "s1");
  EXPECT_TRUE(
      store_->AddAlertWeek(next, {}, {{.type = "miss", .deal_id = "006", .how = "calm"}}).value());
  EXPECT_TRUE(store_->Alerts(0, true)->empty());
  const StoredAlert ended = store_->AlertsOf("006")->at(0);
  EXPECT_EQ(ended.ended_day, 20'007);
  EXPECT_EQ(ended.ended, "calm");
  EXPECT_TRUE(ended.withheld);
  EXPECT_EQ(ended.risk, "91.5");
  EXPECT_FALSE(ended.win);
}

}  // namespace
}  // namespace ri::data
