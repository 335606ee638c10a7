// A folder into which exports are dropped, and what the program says of the quality of its data.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "program.h"

namespace ri::end_to_end {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Files obtained at a moment of the past: settled, and with a known time of their own.
void Drop(const Folder& folder, const std::string& name, const std::string& content, int days_ago) {
  const std::filesystem::path path = folder.Path(name);
  std::filesystem::create_directories(path.parent_path());
  WriteFile(path, content);
  std::filesystem::last_write_time(
      path, std::filesystem::file_time_type::clock::now() - std::chrono::days(days_ago));
}

const std::string kRows = "Id,Name,StageName,Amount,CloseDate,IsClosed,IsWon,CreatedDate,OwnerId\n";
std::string Row(const std::string& id, int amount) {
  return id + ",Deal,Proposal," + std::to_string(amount) +
         ",2030-06-30,false,false,2024-01-01T10:00:00Z,u\n";
}

TEST(WatchedFolder, TakesWhatIsNewAndCompleteOnceAndMovesNothing) {
  const Folder folder;
  Drop(folder, "in/opportunity-1.csv", kRows + Row("a", 5) + Row("b", 5), 20);
  Drop(folder, "in/opportunity-2.csv", kRows + Row("a", 7) + Row("b", 5), 10);
  Drop(folder, "in/still.csv.part", kRows + Row("x", 1), 10);
  Drop(folder, "in/fresh.csv", kRows + Row("y", 1), 0);
  const auto plan = folder.RunWell({"import", "--watch", "in", "--dry-run", "--json"}).Json();
  EXPECT_EQ(plan["imports"].size(), 2U);
  const auto first = folder.RunWell({"import", "--watch", "in", "--json"}).Json();
  ASSERT_EQ(first["imports"].size(), 2U) << "two days of one table are two imports";
  EXPECT_EQ(first["imports"][0]["deals"], 2);
  EXPECT_LT(first["imports"][0]["known_at"], first["imports"][1]["known_at"]);
  EXPECT_EQ(first["waiting"].size(), 2U);
  const auto again = folder.RunWell({"import", "--watch", "in", "--json"}).Json();
  EXPECT_TRUE(again["imports"].empty());
  EXPECT_EQ(again["known_files"], 2);
  EXPECT_TRUE(std::filesystem::exists(folder.Path("in/opportunity-1.csv")));

  Drop(folder, "in/opportunity-3.csv", kRows + Row("a", 7) + Row("c", 5), 5);
  const auto plan_3 = folder.RunWell({"import", "--watch", "in", "--dry-run", "--json"}).Json();
  ASSERT_EQ(plan_3["imports"].size(), 1U);
  EXPECT_EQ(plan_3["imports"][0]["new_entities"]["deal"], 1);
  const auto third = folder.RunWell({"import", "--watch", "in", "--json"}).Json();
  ASSERT_EQ(third["imports"].size(), 1U);
  EXPECT_EQ(third["imports"][0]["new_events"], plan_3["imports"][0]["new_events"]);
}

TEST(DataQuality, IsReportedAsTableDocumentAndPage) {
  const Folder folder;
  folder.RunWell({"generate", "--out", "company", "--scenario", "dirty", "--deals", "900", "--seed",
                  "4", "--as-of", "2026-11-16"});
  folder.RunWell({"import", "company", "--known-at", "2026-11-16"});
  const auto report =
      folder.RunWell({"--as-of", "2026-11-16", "quality", "--out", "quality.html", "--json"})
          .Json();
  EXPECT_GT(report["open_deals"], 20);
  EXPECT_FALSE(report["teams"].empty());
  bool measured = false;
  for (const auto& field : report["fields"]) {
    EXPECT_GE(field["filled"], 0.0);
    EXPECT_LE(field["filled"], 1.0);
    // Either a figure with its interval and size, or the reason why there is none.
    EXPECT_NE(field["cost"].is_null(), field["cost_unknown"].is_null()) << field.dump();
    if (!field["cost"].is_null()) {
      measured = true;
      EXPECT_LE(field["cost"]["low"], field["cost"]["log_loss_difference"]);
      EXPECT_GE(field["cost"]["high"], field["cost"]["log_loss_difference"]);
    }
  }
  EXPECT_THAT(report["cost_basis"].get<std::string>(),
              HasSubstr(measured ? "Monday snapshots" : "a"));
  std::size_t open = 0;
  for (const auto& team : report["teams"]) {
    open += team["open_deals"].get<std::size_t>();
  }
  EXPECT_EQ(open, report["open_deals"].get<std::size_t>()) << "teams add up";
  const std::string page = ReadFile(folder.Path("quality.html"));
  EXPECT_THAT(page, HasSubstr("<html lang=\"en\">"));
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme:dark"));
  EXPECT_THAT(page, Not(HasSubstr("http")));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  const std::string table = folder.RunWell({"--as-of", "2026-11-16", "quality", "--no-cost"}).out;
  EXPECT_THAT(table, HasSubstr("open deals as of 2026-11-16"));
}

TEST(FiscalCalendar, FollowsThePeriodsOfTheExport) {
  const Folder folder;
  // Quarters of 13 weeks; the year ends on the last Saturday of January.
  WriteFile(folder.Path("in.csv"), kRows + Row("a", 5));
  WriteFile(folder.Path("Period.csv"),
            "Id,Type,StartDate,EndDate,FullyQualifiedLabel,Number\n"
            "p1,Quarter,2026-02-01,2026-05-02,Q1,1\np2,Quarter,2026-05-03,2026-08-01,Q2,2\n"
            "p3,Quarter,2026-08-02,2026-10-31,Q3,3\np4,Quarter,2026-11-01,2027-01-30,Q4,4\n");
  const auto report = folder.RunWell({"import", "in.csv", "Period.csv", "--json"}).Json();
  EXPECT_THAT(report["warnings"].dump(), HasSubstr("445:1:6"));
}

}  // namespace
}  // namespace ri::end_to_end
