// Real B2B opportunities: trained on the past, judged on later deals whose outcome the program has
// never seen.

#include <gtest/gtest.h>

#include <cstdlib>

#include "csv_table.h"
#include "metrics/ranking.h"
#include "metrics/scoring_rules.h"
#include "program.h"

namespace ri::end_to_end {
namespace {

constexpr const char* kTestBegin = "2017-10-01";
constexpr std::size_t kTestDeals = 1537;  // of the data set's own description

struct Split {
  std::string csv;                             ///< outcomes of test deals made empty
  std::map<std::string, std::string> answers;  ///< deal -> Won or Lost
};

Split HideOutcomes(const std::string& path) {
  CsvTable table = ParseCsv(ReadFile(path));
  const std::size_t id = table.Column("opportunity_id");
  const std::size_t created = table.Column("opportunity_created_date");
  const std::size_t outcome = table.Column("outcome");
  Split split;
  for (auto& row : table.rows) {
    if (row[created] >= kTestBegin) {
      split.answers[row[id]] = row[outcome];
      row[outcome].clear();
    }
  }
  split.csv = table.ToText();
  return split;
}

struct Judgement {
  double log_loss = 0;
  double auc = 0;
  std::size_t deals = 0;
};

Judgement Judge(const CsvTable& scores, const std::map<std::string, std::string>& answers) {
  const auto probability = scores.Index("deal_id", "win_probability");
  std::vector<double> predicted;
  std::vector<double> observed;
  for (const auto& [deal, answer] : answers) {
    const auto found = probability.find(deal);
    if (found != probability.end()) {
      predicted.push_back(std::stod(found->second));
      observed.push_back(answer == "Won" ? 1 : 0);
    }
  }
  return {.log_loss = metrics::LogLoss(predicted, observed),
          .auc = metrics::Auc(predicted, observed),
          .deals = predicted.size()};
}

TEST(FrioFrio, LaterDealsAreScoredWellAndExplainedExactly) {
  const std::string data = RealData("frio-frio/opportunities.csv");
  if (data.empty()) {
    GTEST_SKIP() << "the Frio Frio data set is not beside the sources";
  }
  const Folder folder;
  const Split split = HideOutcomes(data);
  ASSERT_EQ(split.answers.size(), kTestDeals);
  WriteFile(folder.Path("opportunities.csv"), split.csv);
  folder.RunWell(
      {"import", "opportunities.csv", "--mapping", Source("tests/mappings/frio-frio.toml")});
  folder.RunWell({"train", "--cutoff", kTestBegin, "--promote-if-better"});
  folder.RunWell({"score", "--as-of", "created", "--out", "scores.csv"});
  const CsvTable scores = ParseCsv(ReadFile(folder.Path("scores.csv")));
  const Judgement judgement = Judge(scores, split.answers);
  RecordProperty("log_loss", std::to_string(judgement.log_loss));
  RecordProperty("auc", std::to_string(judgement.auc));
  EXPECT_EQ(judgement.deals, kTestDeals) << "every held-out deal gets a score";
  // Plain XGBoost on the same split reaches 0.503 and 0.835; the base rate 0.696.
  EXPECT_LE(judgement.log_loss, 0.49);
  EXPECT_GE(judgement.auc, 0.84);
  std::printf("Frio Frio, %zu later deals: log loss %.4f, AUC %.4f\n", judgement.deals,
              judgement.log_loss, judgement.auc);

  const auto shown = scores.Index("deal_id", "win_probability");
  std::size_t explained = 0;
  for (const auto& [deal, answer] : split.answers) {
    if (++explained % 300 != 1) {
      continue;
    }
    const auto document = folder.RunWell({"explain", deal, "--as-of", "created", "--json"}).Json();
    double points = document["base_points"];
    for (const auto& reason : document["reasons"]) {
      points += reason["points"].get<double>();
    }
    const double probability = std::stod(shown.at(deal));
    EXPECT_NEAR(points, 100 * probability, 1e-9) << deal << ": reasons add up to the stored score";
    EXPECT_FALSE(document["reasons"].empty());
  }
}

}  // namespace
}  // namespace ri::end_to_end
