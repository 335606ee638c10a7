// Alerts: raised once a week, made up for when weeks were missed, measured, tuned and held out.

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>

#include "program.h"

namespace ri::end_to_end {
namespace {

using Json = nlohmann::json;

// One company with a model, trained once; every test works on a copy of its database.
class Alerts : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    company_ = std::make_unique<Folder>();
    company_->RunWell({"generate", "--out", "company", "--scenario", "small-team", "--deals", "600",
                       "--seed", "3", "--as-of", "2026-11-16"});
    company_->RunWell({"--db", "sqlite:crm.db", "--known-at", "2026-11-16", "import", "company"});
    company_->RunWell(
        {"--db", "sqlite:crm.db", "--known-at", "2026-11-16", "--as-of", "2026-09-28", "train"});
  }
  static void TearDownTestSuite() { company_.reset(); }
  void SetUp() override {
    for (const char* name : {"crm.db", "crm.db-wal", "crm.db-shm", "crm.operations.db",
                             "crm.operations.db-wal", "crm.operations.db-shm"}) {
      if (std::filesystem::exists(company_->Path(name))) {
        std::filesystem::copy_file(company_->Path(name), own_.Path(name));
      }
    }
  }
  Outcome Run(const std::string& as_of, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {"--db", "sqlite:crm.db", "--as-of", as_of, "--known-at", "2026-11-16"});
    arguments.emplace_back("--json");
    return own_.Run(arguments);
  }
  Json Well(const std::string& as_of, const std::vector<std::string>& arguments) {
    const Outcome outcome = Run(as_of, arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome.Json();
  }

  static std::unique_ptr<Folder> company_;
  Folder own_;
};
std::unique_ptr<Folder> Alerts::company_;

TEST_F(Alerts, AreDrawnOncePerWeekWhateverTheDayAndHoweverOften) {
  const Json first = Well("2026-11-09", {"alerts", "run"});
  EXPECT_EQ(first["week"], "2026-11-09");
  EXPECT_FALSE(first["already"].get<bool>());
  EXPECT_GT(first["fired"].get<int>(), 0);
  const Json list = Well("2026-11-09", {"alerts", "list", "--all"});
  for (const char* day : {"2026-11-09", "2026-11-11", "2026-11-15"}) {
    EXPECT_TRUE(Well(day, {"alerts", "run"})["already"].get<bool>()) << day;
  }
  EXPECT_EQ(Well("2026-11-09", {"alerts", "list", "--all"}), list);
  for (const Json& alert : list["alerts"]) {
    EXPECT_FALSE(alert["reason"].get<std::string>().empty());
  }
}

TEST_F(Alerts, MissedWeeksAreMadeUpForAsIfNoneHadBeenMissed) {
  Well("2026-10-19", {"alerts", "run"});
  Well("2026-11-09", {"alerts", "run"});  // three weeks at once
  const Json jumped = Well("2026-11-09", {"alerts", "list", "--all"});
  std::filesystem::remove(own_.Path("crm.operations.db"));
  for (const char* suffix : {"-wal", "-shm"}) {
    std::filesystem::remove(own_.Path(std::string("crm.operations.db") + suffix));
  }
  for (const char* day : {"2026-10-19", "2026-10-26", "2026-11-02", "2026-11-09"}) {
    Well(day, {"alerts", "run"});
  }
  EXPECT_EQ(Well("2026-11-09", {"alerts", "list", "--all"}), jumped);
}

TEST_F(Alerts, NoRepHearsOfMoreThanTheBudgetInAWeek) {
  Well("2026-11-09", {"alerts", "run"});
  std::map<std::pair<std::string, std::string>, int> per_rep;
  const Json list = Well("2026-11-09", {"alerts", "list", "--all"});
  for (const Json& alert : list["alerts"]) {
    ++per_rep[{alert["owner_id"].dump(), alert["fired_on"].get<std::string>()}];
  }
  ASSERT_FALSE(per_rep.empty());
  for (const auto& [rep, alerts] : per_rep) {
    EXPECT_LE(alerts, 5) << rep.first << " " << rep.second;
  }
}

TEST_F(Alerts, AMutedRuleRaisesNothingAndAnUnknownOneIsRefused) {
  EXPECT_EQ(Run("2026-11-09", {"alerts", "rules", "--rule", "gut-feeling", "--mute"}).exit_code, 2);
  EXPECT_EQ(
      Run("2026-11-09", {"alerts", "rules", "--rule", "silent", "--threshold", "-3"}).exit_code, 2);
  for (const char* rule : {"miss", "overdue", "stalled", "pushed", "single_threaded", "silent",
                           "shrunk", "owner_left"}) {
    Well("2026-11-09", {"alerts", "rules", "--rule", rule, "--mute"});
  }
  Well("2026-11-09", {"alerts", "run"});
  const Json list = Well("2026-11-09", {"alerts", "list"});
  for (const Json& alert : list["alerts"]) {
    EXPECT_EQ(alert["type"], "date_not_credible");
  }
}

TEST_F(Alerts, WithheldOnesAreDrawnByDealAndShownToNobody) {
  const Json open = Well("2026-11-09", {"alerts", "run"});
  std::filesystem::remove(own_.Path("crm.operations.db"));
  for (const char* suffix : {"-wal", "-shm"}) {
    std::filesystem::remove(own_.Path(std::string("crm.operations.db") + suffix));
  }
  Well("2026-11-09", {"alerts", "rules", "--hold-out", "0.5"});
  const Json held = Well("2026-11-09", {"alerts", "run"});
  EXPECT_EQ(held["fired"], open["fired"]);
  EXPECT_GT(held["withheld"].get<int>(), 0);
  EXPECT_EQ(held["alerts"].size() + held["withheld"].get<std::size_t>(), open["alerts"].size());
  std::map<std::string, int> shown;
  for (const Json& alert : held["alerts"]) {
    ++shown[alert["deal_id"].get<std::string>()];
  }
  std::map<std::string, int> all;
  for (const Json& alert : open["alerts"]) {
    ++all[alert["deal_id"].get<std::string>()];
  }
  for (const auto& [deal, alerts] : shown) {
    EXPECT_EQ(alerts, all[deal]) << "a deal is on one side with all its alerts";
  }
}

TEST_F(Alerts, AreMeasuredOnThePastAndFoundThereAgain) {
  const Json measured = Well("2026-11-16", {"alerts", "measure", "--quarters", "2"});
  EXPECT_EQ(measured["alerts"].size(), 9u);
  EXPECT_EQ(measured["risks"].size(), 5u);
  EXPECT_GT(measured["judged_weeks"].get<int>(), 100);
  EXPECT_GT(measured["base_rate"].get<double>(), 0);
  EXPECT_LT(measured["base_rate"].get<double>(), 1);
  for (const Json& alert : measured["alerts"]) {
    if (alert["fired"].get<int>() > 0) {
      EXPECT_LE(alert["precision_low"].get<double>(), alert["precision"].get<double>());
      EXPECT_GE(alert["precision_high"].get<double>(), alert["precision"].get<double>());
      EXPECT_EQ(alert["enough"].get<bool>(), alert["fired"].get<int>() >= 30);
    }
  }
  const Json rules = Well("2026-11-16", {"alerts", "rules"});
  EXPECT_EQ(rules["rules"][1]["measured"]["fired"], measured["alerts"][1]["fired"]);
  EXPECT_EQ(rules["effect"], nullptr) << "without a hold-out nothing is claimed";
  EXPECT_EQ(Well("2026-11-16", {"alerts", "measure", "--quarters", "2"}), measured);
}

}  // namespace
}  // namespace ri::end_to_end
