// Versions of models: made again byte for byte, compared, described, and taken in from files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "program.h"

namespace ri::end_to_end {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kAsOf = "2026-11-16";

std::vector<std::string> With(std::vector<std::string> arguments, const std::string& threads) {
  arguments.insert(arguments.begin(), {"--db", "sqlite:crm.db", "--threads", threads, "--as-of",
                                       kAsOf, "--known-at", kAsOf});
  return arguments;
}

// One company and two versions, trained once for all tests of the suite.
class Models : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<Folder>();
    folder_->RunWell({"generate", "--out", "company", "--scenario", "small-team", "--deals", "700",
                      "--seed", "5", "--as-of", kAsOf});
    folder_->RunWell(With({"import", "company"}, "2"));
    first_ = folder_->RunWell(With({"train", "--json"}, "1")).Json()["version"];
    second_ = folder_->RunWell(With({"train", "--json", "--seed", "2"}, "2")).Json()["version"];
  }
  static void TearDownTestSuite() { folder_.reset(); }
  static Outcome Run(const std::vector<std::string>& arguments) {
    return folder_->Run(With(arguments, "2"));
  }

  static std::unique_ptr<Folder> folder_;
  static std::string first_, second_;
};
std::unique_ptr<Folder> Models::folder_;
std::string Models::first_, Models::second_;

TEST_F(Models, TrainingAgainFromTheManifestGivesTheSameBytesOnAnotherNumberOfThreads) {
  EXPECT_NE(first_, second_);
  const Outcome again = Run({"train", "--from", first_, "--json"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.Json()["made"], first_);
  EXPECT_EQ(again.Json()["identical"], true);
}

TEST_F(Models, AnImportOfOlderFactsIsNoticedWhenTrainingAgain) {
  const Folder folder;
  folder.RunWell({"generate", "--out", "company", "--scenario", "small-team", "--deals", "200",
                  "--seed", "5", "--as-of", kAsOf});
  folder.RunWell(With({"import", "company/Account.csv"}, "2"));
  folder.RunWell(
      With({"import", "company/Opportunity.csv", "company/OpportunityHistory.csv"}, "2"));
  const Outcome trained = folder.Run(With({"train", "--json"}, "2"));
  const std::string version = trained.Json()["version"];
  folder.RunWell(
      {"--db", "sqlite:crm.db", "--known-at", "2026-11-01", "import", "company/Task.csv"});
  const Outcome again = folder.Run(With({"train", "--from", version}, "2"));
  EXPECT_EQ(again.exit_code, 6);
  EXPECT_THAT(again.err, HasSubstr("no longer"));
}

TEST_F(Models, ADifferenceNamesWhatChangedAndTheDealsThatMove) {
  const nlohmann::json diff = Run({"models", "diff", first_, second_, "--json"}).Json();
  bool seed = false;
  for (const auto& change : diff["made_from"]) {
    seed = seed || (change["what"] == "parameters.seed" && change["before"] == "1" &&
                    change["after"] == "2");
    EXPECT_NE(change["what"], "data_sha256");
  }
  EXPECT_TRUE(seed);
  EXPECT_GT(diff["open_deals"], 10);
  ASSERT_FALSE(diff["deals"].empty());
  for (const auto& deal : diff["deals"]) {
    double sum = deal["base_points"];
    for (const auto& group : deal["groups"]) {
      sum += group["points"].get<double>();
    }
    EXPECT_NEAR(sum, deal["after_points"].get<double>() - deal["before_points"].get<double>(),
                1e-9);
  }
  const nlohmann::json same = Run({"models", "diff", first_, first_, "--json"}).Json();
  EXPECT_TRUE(same["made_from"].empty());
  EXPECT_EQ(same["mean_move_points"], 0);
}

TEST_F(Models, TheCardIsOneFileWithoutOutsideParts) {
  Run({"models", "card", first_, "--out", "card.html"});
  const std::string html = ReadFile(folder_->Path("card.html"));
  for (const char* part : {"<!doctype html>", "lang=\"en\"", "prefers-color-scheme: dark",
                           "What it must not be used for", "<caption>", "Gates", "Population"}) {
    EXPECT_THAT(html, HasSubstr(part));
  }
  for (const char* part : {"http://", "https://", "<script", "<link", "<img", "@import"}) {
    EXPECT_THAT(html, Not(HasSubstr(part)));
  }
  EXPECT_THAT(Run({"models", "card", first_}).out, HasSubstr("## Gates"));
}

TEST_F(Models, TreesFromElsewhereAreJudgedOnWhatCameAfterThem) {
  // A model that knows one column, written by hand, as another program would.
  Run({"train", "--export-plan", "plan"});
  const nlohmann::json plan = nlohmann::json::parse(ReadFile(folder_->Path("plan/plan.json")));
  const std::string column = plan["columns"][0];
  const auto model = [&](const std::string& name) {
    const nlohmann::json tree = {
        {"base_weights", {0, -.4, .5}},      {"default_left", {1, 0, 0}},
        {"left_children", {1, -1, -1}},      {"right_children", {2, -1, -1}},
        {"split_indices", {0, 0, 0}},        {"split_conditions", {10.5, -.4, .5}},
        {"split_type", {0, 0, 0}},           {"sum_hessian", {9, 4, 5}},
        {"tree_param", {{"num_nodes", "3"}}}};
    return nlohmann::json{{"version", {1, 7, 4}},
                          {"learner",
                           {{"feature_names", {name}},
                            {"objective", {{"name", "binary:logistic"}}},
                            {"learner_model_param",
                             {{"base_score", "3E-1"}, {"num_class", "0"}, {"num_feature", "1"}}},
                            {"gradient_booster",
                             {{"name", "gbtree"},
                              {"model",
                               {{"gbtree_model_param", {{"num_trees", "1"}}},
                                {"trees", nlohmann::json::array({tree})}}}}}}}}
        .dump();
  };
  WriteFile(folder_->Path("one.json"), model(column));
  const Outcome taken =
      Run({"models", "import", "one.json", "--trained-until", "2025-10-01", "--json"});
  const nlohmann::json report = taken.Json();
  EXPECT_TRUE(taken.exit_code == 0 || taken.exit_code == 5) << taken.err;
  std::vector<std::string> ids;
  for (const auto& gate : report["gates"]) {
    ids.push_back(gate["id"]);
  }
  EXPECT_THAT(ids, testing::IsSupersetOf({"G1", "G2", "G3", "G4"}));
  EXPECT_EQ(report["version"].get<std::string>().size(), 16U);

  EXPECT_EQ(Run({"models", "import", "one.json"}).exit_code, 2) << "without --trained-until";
  WriteFile(folder_->Path("other.json"), model("a column of somebody else"));
  const Outcome refused = Run({"models", "import", "other.json", "--trained-until", "2025-10-01"});
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.err, HasSubstr("a column of somebody else"));
}

TEST_F(Models, OurArtifactComesBackAsAVersionOfItsOwn) {
  Run({"models", "export", first_, "--format", "json", "--out", "artifact.json"});
  const Outcome taken = Run({"models", "import", "artifact.json", "--format", "json",
                             "--trained-until", "2025-10-01", "--json"});
  EXPECT_TRUE(taken.exit_code == 0 || taken.exit_code == 5) << taken.err;
  EXPECT_NE(taken.Json()["version"], first_);
}

TEST_F(Models, StoredFeaturesCostNothingTheSecondTime) {
  const std::vector<std::string> arguments = {"features",   "--from", "2026-08-31",   "--to",
                                              "2026-11-16", "--out",  "features.csv", "--json"};
  const nlohmann::json first = Run(arguments).Json();
  EXPECT_EQ(first["rows_computed"], first["rows"]);
  const std::string csv = ReadFile(folder_->Path("features.csv"));
  const nlohmann::json again = Run(arguments).Json();
  EXPECT_EQ(again["rows_computed"], 0);
  EXPECT_EQ(again["rows"], first["rows"]);
  EXPECT_EQ(ReadFile(folder_->Path("features.csv")), csv);
}

TEST_F(Models, NumpyOpensTheExportedFeatures) {
  if (std::system("/usr/bin/python3 -c 'import numpy' 2>/dev/null") != 0) {
    GTEST_SKIP() << "python3-numpy is not installed (scripts/setup interchange)";
  }
  for (const char* file : {"f.csv", "f.npy", "f.npz"}) {
    Run({"features", "--out", file});
  }
  WriteFile(folder_->Path("check.py"), R"(
import csv, sys, numpy as np
rows = list(csv.reader(open("f.csv", encoding="utf-8")))
matrix, parts = np.load("f.npy"), np.load("f.npz")
assert matrix.dtype == np.float32 and matrix.shape == (len(rows) - 1, len(rows[0]) - 2)
assert np.array_equal(matrix, parts["values"], equal_nan=True)
assert list(parts["features"]) == rows[0][2:]
assert list(parts["deal_id"]) == [row[0] for row in rows[1:]]
assert str(parts["as_of"][0]) == rows[1][1].rstrip("Z")
for j, name in enumerate(rows[0][2:]):
    for i, row in enumerate(rows[1:]):
        cell, value = row[j + 2], matrix[i, j]
        if cell == "":
            assert np.isnan(value)
        elif "labels_" + name in parts:
            assert parts["labels_" + name][int(value)] == cell
        else:
            assert np.float32(cell) == value
)");
  EXPECT_EQ(std::system(("cd " + folder_->Path(".") + " && /usr/bin/python3 check.py").c_str()), 0);
}

}  // namespace
}  // namespace ri::end_to_end
