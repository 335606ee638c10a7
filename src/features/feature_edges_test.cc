// Unusual logs, and a customer's own columns.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "features/feature_engine.h"
#include "features/log_builder.h"
#include "features/time_order.h"

namespace ri::features {
namespace {

using data::EntityKind;
using data::EventLog;
using data::ValueType;
using domain::MakeDate;
using domain::TimestampFromMilliseconds;

const std::int64_t kStart = DayTime(2024, 1, 15);  // a Monday
std::int64_t Day(std::int64_t n) { return kStart + n * kDay; }

/// One value of the row of a deal at a moment; NaN also when the feature does not exist.
class Probe {
 public:
  explicit Probe(const LogBuilder& builder) : log_(builder.Build()), engine_(log_, {}, 1) {}

  [[nodiscard]] double Value(std::string_view deal, std::int64_t at,
                             std::string_view feature) const {
    const FeatureTable table = Row(deal, at);
    const auto column = table.Find(feature);
    return column ? static_cast<double>(table.values(0, *column))
                  : std::numeric_limits<double>::quiet_NaN();
  }
  [[nodiscard]] std::string Label(std::string_view deal, std::int64_t at,
                                  std::string_view feature) const {
    const FeatureTable table = Row(deal, at);
    const std::size_t column = table.Find(feature).value();
    return table.labels[column].at(static_cast<std::size_t>(table.values(0, column)));
  }
  [[nodiscard]] bool Has(std::string_view feature) const {
    return Row(log_.keys(EntityKind::kDeal)[0], kStart).Find(feature).has_value();
  }
  [[nodiscard]] const FeatureEngine& engine() const { return engine_; }
  [[nodiscard]] const EventLog& log() const { return log_; }

 private:
  [[nodiscard]] FeatureTable Row(std::string_view deal, std::int64_t at) const {
    const auto index = static_cast<std::uint32_t>(*log_.Find(EntityKind::kDeal, deal));
    const SnapshotKey key{index, 0, TimestampFromMilliseconds(at)};
    return engine_.Compute({&key, 1}, 1);
  }
  EventLog log_;
  FeatureEngine engine_;
};

TEST(FeatureEdges, EmptyLogGivesEmptyAnswers) {
  const Probe probe{LogBuilder()};
  EXPECT_TRUE(probe.engine().OpenAt(TimestampFromMilliseconds(kStart)).empty());
  EXPECT_TRUE(probe.engine().FirstSnapshots().empty());
  EXPECT_TRUE(probe.engine().WeeklySnapshots(MakeDate(2024, 1, 1), MakeDate(2025, 1, 1)).empty());
  EXPECT_EQ(probe.engine().Compute({}, 1).values.num_rows(), 0U);
}

TEST(FeatureEdges, FeaturesWithoutSourceAreLeftOut) {
  LogBuilder log;
  log.Created("d", Day(0));
  const Probe probe(log);
  EXPECT_TRUE(probe.Has("age_days"));
  for (const char* name : {"log_amount", "stage", "days_to_commit", "meetings_28d", "account_wins",
                           "owner_win_rate", "no_activity_sync", "reopenings", "product"}) {
    EXPECT_FALSE(probe.Has(name)) << name;
  }
}

TEST(FeatureEdges, DealWithNothingButItsCreationHasARow) {
  LogBuilder log = RandomLog(31, {.num_deals = 60});
  log.Created("lonely", Day(100));
  const Probe probe(log);
  EXPECT_EQ(probe.Value("lonely", Day(110), "age_days"), 10);
  EXPECT_EQ(probe.Value("lonely", Day(110), "amount_missing"), 1);
  EXPECT_EQ(probe.Value("lonely", Day(110), "share_fields_filled"), 0);
  for (const char* name : {"log_amount", "days_in_stage", "owner_win_rate", "account_wins", "stage",
                           "days_to_commit", "custom.score", "custom.territory"}) {
    EXPECT_TRUE(std::isnan(probe.Value("lonely", Day(110), name))) << name;
  }
  // Before its creation nothing is known of it at all.
  EXPECT_TRUE(std::isnan(probe.Value("lonely", Day(90), "age_days")));
}

// An export gives fields without history at the moment of the export only. Open deals must not look
// better kept and more lately edited on that day than any deal of the past could.
TEST(FeatureEdges, AFieldCountsAsKeptOnlyAfterItHasBeenInUseForAWhile) {
  LogBuilder log;
  log.Created("d", Day(0));
  log.Stage("d", Day(0), "open");
  log.Stage("d", Day(150), "later");
  log.Created("other", Day(300));
  log.Stage("other", Day(300), "open");
  log.Text(EntityKind::kDeal, "d", data::attribute::kNextStep, Day(310), "call them");
  const Probe probe(log);
  EXPECT_TRUE(std::isnan(probe.Value("d", Day(89), "share_fields_filled")));
  EXPECT_EQ(probe.Value("d", Day(90), "share_fields_filled"), 1);
  EXPECT_EQ(probe.Value("other", Day(399), "share_fields_filled"), 1) << "next steps are too new";
  EXPECT_EQ(probe.Value("other", Day(400), "share_fields_filled"), 0.5);
  EXPECT_EQ(probe.Value("d", Day(311), "days_since_edit"), 161);
}

TEST(FeatureEdges, LeapDayIsADay) {
  LogBuilder log;
  log.Created("d", DayTime(2024, 2, 28));
  log.CommitDate("d", DayTime(2024, 2, 28), domain::DayNumber(MakeDate(2024, 2, 29)));
  const Probe probe(log);
  EXPECT_EQ(probe.Value("d", DayTime(2024, 3, 1), "age_days"), 2);
  EXPECT_EQ(probe.Value("d", DayTime(2024, 3, 1), "days_past_commit"), 1);
  EXPECT_EQ(probe.Value("d", DayTime(2024, 2, 28), "close_date_on_month_end"), 1);
  EXPECT_EQ(probe.Value("d", DayTime(2024, 2, 28), "planned_cycle_days"), 1);
}

TEST(FeatureEdges, UndatedOutcomesTeachOnlyLaterDeals) {
  LogBuilder log;
  for (int i = 0; i < 4; ++i) {
    const std::string deal = "d" + std::to_string(i);
    log.Created(deal, Day(i));
    log.Account(deal, Day(i), "acme");
    log.Text(EntityKind::kDeal, deal, data::attribute::kProduct, Day(i), "x");
    log.Text(EntityKind::kDeal, deal, data::attribute::kUndatedOutcome, Day(i),
             i < 2 ? "won" : "lost");
  }
  log.Created("same-day", Day(3));
  log.Text(EntityKind::kDeal, "same-day", data::attribute::kProduct, Day(3), "x");
  const Probe probe(log);
  const auto first = probe.engine().FirstSnapshots();
  ASSERT_EQ(first.size(), 5U);
  EXPECT_EQ(first[1].as_of, TimestampFromMilliseconds(Day(1)));
  EXPECT_EQ(probe.Value("d0", Day(0), "product_win_rate_n"), 0);
  EXPECT_EQ(probe.Value("d2", Day(2), "product_win_rate_n"), 2);
  EXPECT_EQ(probe.Value("d2", Day(2), "account_wins"), 2);
  EXPECT_EQ(probe.Value("d3", Day(3), "account_losses"), 1);
  // Created at the same moment as d3: its outcome is not yet past.
  EXPECT_EQ(probe.Value("same-day", Day(30), "product_win_rate_n"), 3);
  // Deals with an undated outcome are never open; the other one is.
  EXPECT_EQ(probe.engine().OpenAt(TimestampFromMilliseconds(Day(30))).size(), 1U);
  EXPECT_EQ(probe.engine().WeeklySnapshots(MakeDate(2024, 1, 15), MakeDate(2024, 1, 29)).size(),
            2U);
}

TEST(FeatureEdges, OneClassOnlyKeepsRatesInsideTheUnitInterval) {
  LogBuilder log;
  for (int i = 0; i < 30; ++i) {
    const std::string deal = "d" + std::to_string(i);
    log.Created(deal, Day(i));
    log.Owner(deal, Day(i), "ann");
    log.Outcome(deal, Day(i + 1), "won");
  }
  log.Created("now", Day(50));
  log.Owner("now", Day(50), "ann");
  const Probe probe(log);
  const double prior = 31.0 / 32.0;
  EXPECT_NEAR(probe.Value("now", Day(50), "owner_win_rate"), (30 + 15 * prior) / 45, 1e-6);
  EXPECT_EQ(probe.Value("now", Day(50), "owner_win_rate_n"), 30);
}

TEST(FeatureEdges, DeletedDealsAreNotOpenButTheirOutcomesStay) {
  LogBuilder log;
  log.Created("gone", Day(0));
  log.Owner("gone", Day(0), "ann");
  log.Number(EntityKind::kDeal, "gone", data::attribute::kDeleted, ValueType::kFlag, Day(10), 1);
  log.Created("won", Day(0));
  log.Owner("won", Day(0), "ann");
  log.Outcome("won", Day(5), "won");
  log.Number(EntityKind::kDeal, "won", data::attribute::kDeleted, ValueType::kFlag, Day(10), 1);
  log.Created("now", Day(0));
  log.Owner("now", Day(0), "ann");
  const Probe probe(log);
  EXPECT_EQ(probe.engine().OpenAt(TimestampFromMilliseconds(Day(9))).size(), 2U);
  EXPECT_EQ(probe.engine().OpenAt(TimestampFromMilliseconds(Day(10))).size(), 1U);
  EXPECT_EQ(probe.Value("now", Day(9), "owner_open_deals"), 1);
  EXPECT_EQ(probe.Value("now", Day(10), "owner_open_deals"), 0);
  EXPECT_EQ(probe.Value("now", Day(10), "owner_win_rate_n"), 1);
}

TEST(FeatureEdges, ReopenedDealDoesNotLearnFromItself) {
  LogBuilder log;
  log.Created("d", Day(0));
  log.Account("d", Day(0), "acme");
  log.Outcome("d", Day(10), "won");
  log.Outcome("d", Day(20), "open");
  log.Created("other", Day(0));
  log.Account("other", Day(0), "acme");
  const Probe probe(log);
  EXPECT_EQ(probe.Value("d", Day(30), "account_wins"), 0);
  EXPECT_TRUE(std::isnan(probe.Value("d", Day(30), "days_since_account_win")));
  EXPECT_EQ(probe.Value("d", Day(30), "reopenings"), 1);
  EXPECT_EQ(probe.Value("d", Day(30), "age_days"), 10);
  EXPECT_EQ(probe.Value("other", Day(30), "account_wins"), 1);
  EXPECT_EQ(probe.Value("other", Day(30), "days_since_account_win"), 20);
  // Open spans: closed between day 10 and day 20.
  EXPECT_EQ(probe.engine().OpenAt(TimestampFromMilliseconds(Day(15))).size(), 1U);
  const auto now = probe.engine().OpenAt(TimestampFromMilliseconds(Day(25)));
  ASSERT_EQ(now.size(), 2U);
  EXPECT_EQ(now[0].episode, 1U);
  EXPECT_EQ(probe.engine().FirstSnapshots().size(), 3U);
}

TEST(FeatureEdges, LateNewsCountFromTheDayTheyAreKnown) {
  LogBuilder log;
  log.Created("d", Day(0));
  log.Owner("d", Day(0), "ann");
  log.Created("now", Day(0));
  log.Owner("now", Day(0), "ann");
  log.Outcome("d", {Day(10), Day(40)}, "lost");
  const Probe probe(log);
  EXPECT_EQ(probe.Value("now", Day(39), "owner_win_rate_n"), 0);
  EXPECT_EQ(probe.Value("now", Day(40), "owner_win_rate_n"), 1);
  EXPECT_EQ(probe.engine().OpenAt(TimestampFromMilliseconds(Day(39))).size(), 2U);
}

TEST(FeatureEdges, WithoutSyncActivityIsMissingNotZero) {
  LogBuilder log;
  for (const char* deal : {"quiet", "busy", "silent", "orphan"}) {
    log.Created(deal, Day(0));
  }
  log.Owner("busy", Day(0), "ann");
  log.Owner("quiet", Day(0), "ann");
  log.Owner("silent", Day(0), "bob");
  log.Activity("busy", data::attribute::kCall, Day(5), "");
  log.Activity("busy", data::attribute::kEmailIn, Day(60), "");
  const Probe probe(log);
  EXPECT_EQ(probe.Value("busy", Day(6), "calls_7d"), 1);
  EXPECT_EQ(probe.Value("busy", Day(12), "calls_7d"), 0);  // seven full days are over
  // A window of 28 days ends at the snapshot and leaves out what is exactly 28 days old.
  EXPECT_EQ(probe.Value("busy", Day(33) - 1, "calls_28d"), 1);
  EXPECT_EQ(probe.Value("busy", Day(33), "calls_28d"), 0);
  EXPECT_EQ(probe.Value("busy", Day(95) - 1, "calls_90d"), 1);
  EXPECT_EQ(probe.Value("busy", Day(95), "calls_90d"), 0);
  EXPECT_EQ(probe.Value("quiet", Day(6), "calls_7d"), 0);
  EXPECT_EQ(probe.Value("orphan", Day(6), "calls_7d"), 0);
  EXPECT_TRUE(std::isnan(probe.Value("silent", Day(6), "calls_7d")));
  EXPECT_EQ(probe.Value("silent", Day(6), "no_activity_sync"), 1);
  EXPECT_EQ(probe.Value("quiet", Day(6), "no_activity_sync"), 0);
  EXPECT_TRUE(std::isnan(probe.Value("quiet", Day(4), "calls_7d")));
  // Emails were recorded nowhere before day 60.
  EXPECT_TRUE(std::isnan(probe.Value("busy", Day(59), "emails_in_28d")));
  EXPECT_EQ(probe.Value("busy", Day(60), "emails_in_28d"), 1);
  EXPECT_EQ(probe.Value("busy", Day(60), "days_since_two_way_touch"), 0);
  EXPECT_TRUE(std::isnan(probe.Value("quiet", Day(60), "days_since_two_way_touch")));
}

TEST(FeatureEdges, RepliesAreTimedFromTheFirstUnansweredEmail) {
  LogBuilder log;
  log.Created("d", Day(0));
  log.Activity("d", data::attribute::kEmailIn, Day(1), "");  // answers nothing
  log.Activity("d", data::attribute::kEmailOut, Day(2), "");
  log.Activity("d", data::attribute::kEmailOut, Day(4), "");
  log.Activity("d", data::attribute::kEmailIn, Day(7), "");
  log.Activity("d", data::attribute::kEmailIn, Day(8), "");
  log.Activity("d", data::attribute::kEmailOut, Day(10), "");
  log.Activity("d", data::attribute::kEmailIn, Day(11), "");
  const Probe probe(log);
  EXPECT_TRUE(std::isnan(probe.Value("d", Day(6), "reply_latency")));
  EXPECT_EQ(probe.Value("d", Day(9), "reply_latency"), 5);
  EXPECT_EQ(probe.Value("d", Day(12), "reply_latency"), 3);  // of 5 and 1
  EXPECT_EQ(probe.Value("d", Day(98), "reply_latency"), 1);  // the first is 91 days old
}

TEST(FeatureEdges, AmountsAreConvertedAtTheRateThenKnown) {
  LogBuilder log;
  log.Created("d", Day(0));
  log.Amount("d", Day(0), 12'000);
  log.Text(EntityKind::kDeal, "d", data::attribute::kCurrency, Day(0), "JPY");
  log.Real(EntityKind::kCurrencyRate, "JPY", data::attribute::kRate, {Day(0), Day(5)}, 120);
  log.Real(EntityKind::kCurrencyRate, "JPY", data::attribute::kRate, Day(20), 150);
  const Probe probe(log);
  EXPECT_NEAR(probe.Value("d", Day(1), "log_amount"), std::log(12'001.0), 1e-5);  // no rate yet
  EXPECT_NEAR(probe.Value("d", Day(5), "log_amount"), std::log(101.0), 1e-5);
  EXPECT_NEAR(probe.Value("d", Day(20), "log_amount"), std::log(81.0), 1e-5);
  EXPECT_EQ(probe.Label("d", Day(20), "currency"), "JPY");
}

TEST(FeatureEdges, NegativeAndZeroAmountsAreMissing) {
  LogBuilder log;
  log.Created("d", Day(0));
  log.Amount("d", Day(0), 0);
  log.Amount("d", Day(5), -100);
  const Probe probe(log);
  EXPECT_EQ(probe.Value("d", Day(1), "log_amount"), 0);
  EXPECT_EQ(probe.Value("d", Day(1), "amount_missing"), 1);
  EXPECT_TRUE(std::isnan(probe.Value("d", Day(5), "log_amount")));
  EXPECT_EQ(probe.Value("d", Day(5), "amount_missing"), 1);
}

TEST(OwnColumns, BecomeFeaturesByTheirType) {
  LogBuilder log;
  const EntityKind deal = EntityKind::kDeal;
  for (int i = 0; i < 120; ++i) {
    const std::string key = "d" + std::to_string(1000 + i);
    log.Created(key, Day(0));
    log.Account(key, Day(0), i % 2 == 0 ? "acme" : "zeta");
    log.Real(deal, key, "score", Day(0), 2.5, true);
    log.Number(deal, key, "seats", ValueType::kInteger, Day(0), 7, true);
    log.Number(deal, key, "urgent", ValueType::kFlag, Day(0), 1, true);
    log.Number(deal, key, "budget", ValueType::kMoney, Day(0), 9'900, true);
    log.Number(deal, key, "begin", ValueType::kDate, Day(0), kStart / kDay + 30, true);
    log.Number(deal, key, "expiry", ValueType::kTimestamp, Day(0), Day(45) + kDay / 2, true);
    log.Text(deal, key, "route", Day(0), i % 3 == 0 ? "direct" : "partner", true);
    log.Text(deal, key, "note", Day(0), "text number " + key, true);
    log.Text(deal, key, "same", Day(0), "always", true);
    if (i < 30) {
      log.Outcome(key, Day(5), i % 3 == 0 ? "won" : "lost");
    }
  }
  log.Text(EntityKind::kAccount, "acme", "tier", Day(0), "gold", true);
  log.Text(EntityKind::kAccount, "zeta", "tier", Day(0), "iron", true);
  const Probe probe(log);
  const std::string_view d = "d1100";  // even: acme; 100 % 3 = 1: partner
  const std::int64_t at = Day(10);
  EXPECT_EQ(probe.Value(d, at, "custom.score"), 2.5);
  EXPECT_EQ(probe.Value(d, at, "custom.seats"), 7);
  EXPECT_EQ(probe.Value(d, at, "custom.urgent"), 1);
  EXPECT_EQ(probe.Value(d, at, "custom.budget"), 99);
  EXPECT_NEAR(probe.Value(d, at, "custom.budget.log"), std::log(100.0), 1e-6);
  EXPECT_EQ(probe.Value(d, at, "custom.begin.days_ahead"), 20);
  EXPECT_EQ(probe.Value(d, at, "custom.begin.days_from_creation"), 30);
  EXPECT_EQ(probe.Value(d, at, "custom.expiry.days_ahead"), 35.5);
  EXPECT_EQ(probe.Value(d, at, "custom.begin_to_expiry.days"), 15.5);
  EXPECT_EQ(probe.Label(d, at, "custom.route"), "partner");
  const double prior = 11.0 / 32.0;  // 10 of 30 won, Laplace
  EXPECT_NEAR(probe.Value(d, at, "custom.route.win_rate"), 15 * prior / (20 + 15), 1e-6);
  EXPECT_EQ(probe.Value(d, at, "custom.route.win_rate_n"), 20);
  EXPECT_EQ(probe.Value(d, at, "custom.note.present"), 1);
  EXPECT_EQ(probe.Value(d, at, "custom.note.length"), 17);
  EXPECT_FALSE(probe.Has("custom.note"));
  EXPECT_EQ(probe.Value(d, at, "custom.same.present"), 1);
  EXPECT_EQ(probe.Label(d, at, "custom.account.tier"), "gold");
  EXPECT_EQ(probe.Value(d, at, "custom.account.tier.win_rate_n"), 15);
}

}  // namespace
}  // namespace ri::features
