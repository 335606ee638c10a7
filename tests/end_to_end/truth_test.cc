// An invented company whose exact chances are known: what the program says against what is true.

#include <gtest/gtest.h>

#include <cmath>

#include "csv_table.h"
#include "metrics/reliability.h"
#include "program.h"

namespace ri::end_to_end {
namespace {

constexpr const char* kAsOf = "2026-11-16";
constexpr const char* kCutoff = "2026-05-18";

struct Told {
  std::vector<double> probability;
  std::vector<double> truth;
  [[nodiscard]] double Error() const {
    return metrics::ExpectedCalibrationError(probability, truth);
  }
};

/// A company with about a thousand closed deals at the cutoff, trained once for all tests here.
class Truth : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<Folder>();
    folder_->RunWell({"generate", "--out", "company", "--scenario", "realistic", "--deals", "1400",
                      "--seed", "2", "--as-of", kAsOf});
    folder_->RunWell({"--known-at", kAsOf, "import", "company"});
    training_ = folder_->RunWell({"train", "--cutoff", kCutoff, "--json"}).Json();
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static std::unique_ptr<Folder> folder_;
  static nlohmann::json training_;
};

std::unique_ptr<Folder> Truth::folder_;
nlohmann::json Truth::training_;

TEST_F(Truth, ChancesComeTrueAtAThousandClosedDeals) {
  std::map<std::string, const std::vector<std::string>*> truth;
  const CsvTable snapshots = ParseCsv(ReadFile(folder_->Path("company/truth/snapshots.csv")));
  const std::size_t deal = snapshots.Column("deal_id");
  const std::size_t monday = snapshots.Column("as_of");
  for (const auto& row : snapshots.rows) {
    truth[row[deal] + row[monday]] = &row;
  }
  Told ever, quarter, slip;
  for (const char* as_of : {"2026-05-18", "2026-06-15", "2026-07-13", "2026-08-10", "2026-09-07",
                            "2026-10-05", "2026-11-02"}) {
    folder_->RunWell({"score", "--as-of", as_of, "--out", "scores.csv", "--no-store"});
    const CsvTable scores = ParseCsv(ReadFile(folder_->Path("scores.csv")));
    for (const auto& row : scores.rows) {
      const auto found = truth.find(row[scores.Column("deal_id")] + as_of);
      if (found == truth.end()) {
        continue;  // a duplicate or a record of the administrator
      }
      const auto add = [&](Told& told, const char* column, const char* true_column) {
        const std::string& cell = row[scores.Column(column)];
        if (!cell.empty()) {
          told.probability.push_back(std::stod(cell));
          told.truth.push_back(std::stod((*found->second)[snapshots.Column(true_column)]));
        }
      };
      add(ever, "win_probability", "win_probability");
      add(quarter, "win_by_quarter_end", "win_by_quarter_end");
      if ((*found->second)[snapshots.Column("commit_date")] >= as_of) {
        add(slip, "slip", "slip");
      }
    }
  }
  std::printf(
      "Against the truth, %zu snapshots: calibration error %.4f win ever, %.4f in the "
      "quarter, %.4f slip\n",
      ever.truth.size(), ever.Error(), quarter.Error(), slip.Error());
  ASSERT_GT(ever.truth.size(), 400U);
  EXPECT_LE(ever.Error(), 0.05);
  EXPECT_LE(quarter.Error(), 0.035);
  EXPECT_LE(slip.Error(), 0.035);
}

TEST_F(Truth, TheEvaluationHoldsWhatACardShows) {
  for (const char* question : {"out_of_time", "in_quarter", "slip", "later"}) {
    ASSERT_TRUE(training_[question].is_object()) << question;
    EXPECT_FALSE(training_[question]["curve"].empty());
    EXPECT_FALSE(training_[question]["consistency_band"]["low"].empty());
  }
  std::vector<std::string> rivals;
  for (const auto& other : training_["comparisons"]) {
    rivals.push_back(other["name"]);
  }
  for (const char* name : {"base rate", "stage table", "ridge", "plain XGBoost"}) {
    EXPECT_NE(std::ranges::find(rivals, name), rivals.end()) << name;
  }
  EXPECT_FALSE(training_["segments"].empty());
  std::vector<std::string> gates;
  for (const auto& gate : training_["gates"]) {
    gates.push_back(gate["id"]);
  }
  EXPECT_EQ(gates, (std::vector<std::string>{"G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8", "G9",
                                             "G10"}));
}

// Retraining without new data: another seed must not move scores.
TEST_F(Truth, AnotherSeedMovesScoresByLessThanAPoint) {
  const auto scores = [&](const std::string& version) {
    folder_->RunWell(
        {"score", "--as-of", kCutoff, "--model", version, "--out", "seed.csv", "--no-store"});
    return ParseCsv(ReadFile(folder_->Path("seed.csv"))).Index("deal_id", "win_probability");
  };
  const auto again =
      folder_->RunWell({"train", "--cutoff", kCutoff, "--seed", "2", "--json"}).Json();
  const auto first = scores(training_["version"]);
  const auto second = scores(again["version"]);
  ASSERT_NE(training_["version"], again["version"]);
  double moved = 0;
  for (const auto& [deal, probability] : first) {
    moved += std::fabs(std::stod(probability) - std::stod(second.at(deal))) /
             static_cast<double>(first.size());
  }
  std::printf("Another seed moves %zu scores by %.4f on average\n", first.size(), moved);
  EXPECT_LE(moved, 0.01);
  for (const auto& gate : again["gates"]) {
    if (gate["id"] == "G7") {
      EXPECT_TRUE(gate["passed"]) << gate["evidence"];
    }
  }
}

}  // namespace
}  // namespace ri::end_to_end
