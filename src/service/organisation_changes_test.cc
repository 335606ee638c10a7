#include "service/organisation_changes.h"

#include <gtest/gtest.h>

#include "features/log_builder.h"

namespace ri::service {
namespace {

using data::EntityKind;
using data::ValueType;
using features::DayTime;

domain::Timestamp At(int year, unsigned month, unsigned day) {
  return domain::StartOf(domain::MakeDate(year, month, day));
}

/// Two reps, one of whom changes the team and has a quota that is changed twice, once late.
data::EventLog Company() {
  features::LogBuilder log;
  const auto born = DayTime(2026, 1, 1);
  for (const char* rep : {"r1", "r2"}) {
    log.Text(EntityKind::kRep, rep, "name", born, rep == std::string("r1") ? "Ann" : "Ben");
    log.Reference(EntityKind::kRep, rep, "team", born, EntityKind::kTeam, "t1");
  }
  log.Text(EntityKind::kTeam, "t1", "name", born, "North");
  log.Text(EntityKind::kTeam, "t2", "name", born, "South");
  log.Reference(EntityKind::kRep, "r1", "team", DayTime(2026, 3, 2), EntityKind::kTeam, "t2");
  log.Text(EntityKind::kRep, "r3", "name", DayTime(2026, 2, 2), "Cem");
  log.Reference(EntityKind::kRep, "r3", "team", DayTime(2026, 2, 2), EntityKind::kTeam, "t1");
  for (const char* rep : {"r1", "r2"}) {
    const std::string quota = std::string(rep) + "/2026-04-01";
    log.Text(EntityKind::kQuota, quota, "quota_owner", DayTime(2026, 1, 5), rep);
    log.Text(EntityKind::kQuota, quota, "currency", DayTime(2026, 1, 5), "EUR");
    log.Number(EntityKind::kQuota, quota, "period_begin", ValueType::kDate, DayTime(2026, 1, 5),
               domain::DayNumber(domain::MakeDate(2026, 4, 1)));
    log.Number(EntityKind::kQuota, quota, "quota_amount", ValueType::kMoney, DayTime(2026, 1, 5),
               100'00);
  }
  log.Number(EntityKind::kQuota, "r2/2026-04-01", "quota_amount", ValueType::kMoney,
             DayTime(2026, 2, 9), 120'00);
  // True since mid-February, learned in March.
  log.Number(EntityKind::kQuota, "r2/2026-04-01", "quota_amount", ValueType::kMoney,
             {DayTime(2026, 2, 16), DayTime(2026, 3, 9)}, 150'00);
  return data::EventLog::Build(log.content());
}

TEST(OrganisationChanges, AreListedByTheMomentTheyBecameKnownWithBeforeAndAfter) {
  const auto changes = OrganisationChanges(Company(), At(2026, 1, 1), At(2026, 4, 1));
  ASSERT_EQ(changes.size(), 5U);
  EXPECT_EQ(changes[0].kind, "quota");
  EXPECT_EQ(changes[0].subject, "Ben");
  EXPECT_EQ(changes[0].before_minor, 120'00);
  EXPECT_EQ(changes[0].after_minor, 150'00);
  EXPECT_EQ(changes[0].effective, At(2026, 2, 16));
  EXPECT_EQ(changes[0].known, At(2026, 3, 9));
  EXPECT_EQ(changes[1].kind, "team");
  EXPECT_EQ(changes[1].subject, "Ann");
  EXPECT_EQ(changes[1].before, "North");
  EXPECT_EQ(changes[1].after, "South");
  EXPECT_EQ(changes[2].kind, "quota");
  EXPECT_EQ(changes[2].after_minor, 120'00);
  EXPECT_EQ(changes[3].kind, "joined");
  EXPECT_EQ(changes[3].subject, "Cem");
  EXPECT_EQ(changes[3].after, "North");
  EXPECT_EQ(changes[4].kind, "quotas");
  EXPECT_EQ(changes[4].count, 2U);
  EXPECT_EQ(changes[4].after_minor, 200'00);
  EXPECT_EQ(changes[4].currency, "EUR");
}

TEST(OrganisationChanges, OfAPastDayDoNotKnowWhatWasLearnedLater) {
  const auto changes = OrganisationChanges(Company(), At(2026, 1, 1), At(2026, 3, 1));
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].after_minor, 120'00);
}

TEST(OrganisationChanges, WithoutADateInTheSourceCountFromTheDayTheyWereLearned) {
  features::LogBuilder log;
  log.Text(EntityKind::kRep, "r1", "region", {0, DayTime(2026, 1, 1)}, "North");
  log.Text(EntityKind::kRep, "r1", "region", {0, DayTime(2026, 3, 9)}, "South");
  const auto changes =
      OrganisationChanges(data::EventLog::Build(log.content()), At(2026, 1, 5), At(2026, 4, 1));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].before, "North");
  EXPECT_EQ(changes[0].after, "South");
  EXPECT_EQ(changes[0].effective, At(2026, 3, 9));
}

TEST(OrganisationChanges, SinceADayAreThoseThatBecameKnownAfterIt) {
  const auto changes = OrganisationChanges(Company(), At(2026, 3, 2), At(2026, 4, 1));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].effective, At(2026, 2, 16));
}

}  // namespace
}  // namespace ri::service
