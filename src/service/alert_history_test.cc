#include "service/alert_history.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "data/sqlite/sql_database.h"
#include "service/alert_settings.h"

namespace ri::service {
namespace {

domain::Timestamp Day(int day) {
  return domain::StartOf(domain::MakeDate(2026, 11, static_cast<unsigned>(day)));
}

class AlertHistoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = ::testing::TempDir() + "alert_history_" + std::to_string(::getpid()) + ".db";
    auto database = data::sqlite::OpenSqlDatabase(path_);
    ASSERT_TRUE(database.has_value()) << database.error().message();
    operations_ = std::make_unique<data::OperationsStore>(*std::move(database));
  }
  void TearDown() override {
    operations_.reset();
    std::filesystem::remove(path_);
  }
  void Change(int day, const std::string& who, const AlertSettingsChange& change) {
    AlertSettings settings = *LoadAlertSettings(*operations_);
    ASSERT_TRUE(ChangeAlertSettings(*operations_, change, who, Day(day), settings));
  }
  std::string path_;
  std::unique_ptr<data::OperationsStore> operations_;
};

TEST_F(AlertHistoryTest, TellsWhoMutedAndTunedWhichRuleWhenAndWhyTheNewestFirst) {
  const auto silent = AlertTypeNamed("silent");
  ASSERT_TRUE(silent);
  const double before = *AlertSettings().Threshold(*silent);
  Change(2, "ann@example.com",
         {.type = silent, .muted = true, .reason = "Only noise: \"holiday\" season"});
  Change(3, "ben@example.com", {.type = silent, .threshold = before + 7});
  Change(4, "ben@example.com", {.type = silent, .muted = false});
  Change(4, "ben@example.com", {.type = silent, .muted = false});  // changes nothing
  Change(5, "ann@example.com", {.new_per_rep_and_week = 2});

  const auto changes = AlertChanges(*operations_);
  ASSERT_TRUE(changes.has_value()) << changes.error().message();
  ASSERT_EQ(changes->size(), 4U);
  EXPECT_EQ((*changes)[0].what, "budget");
  EXPECT_EQ((*changes)[0].rule, "");
  EXPECT_EQ((*changes)[0].after, "2");
  EXPECT_EQ((*changes)[1].what, "unmuted");
  EXPECT_EQ((*changes)[2].what, "threshold");
  EXPECT_EQ((*changes)[2].actor, "ben@example.com");
  EXPECT_EQ(std::stod((*changes)[2].before), before);
  EXPECT_EQ(std::stod((*changes)[2].after), before + 7);
  EXPECT_EQ((*changes)[3].what, "muted");
  EXPECT_EQ((*changes)[3].rule, "silent");
  EXPECT_EQ((*changes)[3].actor, "ann@example.com");
  EXPECT_EQ((*changes)[3].at, Day(2));
  EXPECT_EQ((*changes)[3].reason, "Only noise: \"holiday\" season");
}

}  // namespace
}  // namespace ri::service
