// A data set without signal: the program has to say so and still be of use. And one whose columns
// leak: the program has to name them.

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "csv_table.h"
#include "program.h"

namespace ri::end_to_end {
namespace {

TEST(Maven, RefusesToClaimSkillAndStillForecasts) {
  const std::string data = RealData("maven-crm");
  if (data.empty()) {
    GTEST_SKIP() << "the Maven data set is not beside the sources";
  }
  const Folder folder;
  folder.RunWell({"import", data});
  const Outcome training = folder.Run({"train", "--json"});
  EXPECT_EQ(training.exit_code, 5);
  const auto report = training.Json();
  EXPECT_EQ(report["refusal"].get<std::string>().rfind("No signal found", 0), 0U);
  const auto score = folder.RunWell({"score", "--json", "--as-of", "2017-10-01"}).Json();
  EXPECT_EQ(score["model_family"], "base rate");
  EXPECT_FALSE(score["refusal"].is_null());
  EXPECT_GT(score["num_deals"], 100);
  const auto forecast =
      folder.RunWell({"forecast", "--json", "--as-of", "2017-10-01", "--period", "2017Q4"}).Json();
  EXPECT_GT(forecast["total"]["mean"], 0);
  EXPECT_LE(forecast["total"]["p10"], forecast["total"]["p50"]);
  EXPECT_LE(forecast["total"]["p50"], forecast["total"]["p90"]);
}

// What was won in a month is forecast as of its first day. The rule to meet is "the same month last
// quarter", which is 8.5 % off on average over these four months.
TEST(Maven, MonthsAreForecastAsWellAsTheSameMonthLastQuarter) {
  const std::string data = RealData("maven-crm");
  if (data.empty()) {
    GTEST_SKIP() << "the Maven data set is not beside the sources";
  }
  const Folder folder;
  folder.RunWell({"import", data});
  const Outcome training = folder.Run({"train", "--cutoff", "2017-09-01", "--json"});
  EXPECT_EQ(training.exit_code, 5);
  const CsvTable deals = ParseCsv(ReadFile(data + "/sales_pipeline.csv"));
  std::map<std::string, double> won;
  for (const auto& row : deals.rows) {
    if (row[deals.Column("deal_stage")] == "Won") {
      won[row[deals.Column("close_date")].substr(0, 7)] +=
          std::stod(row[deals.Column("close_value")]);
    }
  }
  double error = 0;
  for (const std::string month : {"2017-09", "2017-10", "2017-11", "2017-12"}) {
    const auto forecast =
        folder.RunWell({"forecast", "--json", "--as-of", month + "-01", "--period", month}).Json();
    const double mean = forecast["total"]["mean"];
    EXPECT_LE(forecast["total"]["p10"], mean);
    EXPECT_GE(forecast["total"]["p90"], mean);
    error += std::fabs(mean / won.at(month) - 1) / 4;
  }
  EXPECT_LE(error, 0.085) << "mean absolute percentage error";
}

TEST(IbmSalesWinLoss, InspectNamesTheLeakingColumns) {
  const std::string data = RealData("ibm-sales-win-loss/sales_win_loss.csv.gz");
  if (data.empty()) {
    GTEST_SKIP() << "the IBM sample is not beside the sources";
  }
  const Folder folder;
  const auto report = folder.RunWell({"inspect", data, "--json"}).Json();
  std::vector<std::string> suspects;
  for (const auto& suspicion : report["files"][0]["leak_suspicions"]) {
    suspects.push_back(suspicion["column"]);
  }
  for (const char* column :
       {"Total Days Identified Through Closing", "Total Days Identified Through Qualified",
        "Ratio Days Identified To Total Days", "Ratio Days Validated To Total Days",
        "Ratio Days Qualified To Total Days", "Sales Stage Change Count",
        "Elapsed Days In Sales Stage", "Opportunity Amount USD"}) {
    EXPECT_NE(std::find(suspects.begin(), suspects.end(), column), suspects.end()) << column;
  }
  EXPECT_LE(suspects.size(), 10U) << "honest columns are accused";
}

}  // namespace
}  // namespace ri::end_to_end
