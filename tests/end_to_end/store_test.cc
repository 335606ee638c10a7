// What the store promises, seen from the command line: a past Monday stays as it was, a backup is
// the database, and what was erased is gone.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "postgres_schema.h"
#include "program.h"

namespace ri::end_to_end {
namespace {

constexpr const char* kMonday = "2026-08-17";
constexpr const char* kLater = "2026-11-16";

void Generate(const Folder& folder, const std::string& name, const std::string& as_of) {
  folder.RunWell({"generate", "--out", name, "--scenario", "small-team", "--deals", "500", "--seed",
                  "5", "--as-of", as_of});
}

void ImportAt(const Folder& folder, const std::string& database, const std::string& name,
              const std::string& known_at) {
  folder.RunWell({"--db", database, "--known-at", known_at, "import", name, "--json"});
}

/// Features, scores, reasons and forecast of the Monday, as bytes.
std::string Monday(const Folder& folder, const std::string& database) {
  const std::vector<std::string> look = {"--db",  database,     "--as-of",
                                         kMonday, "--known-at", kMonday};
  const auto run = [&](std::vector<std::string> words) {
    words.insert(words.begin(), look.begin(), look.end());
    return folder.RunWell(words).out;
  };
  run({"features", "--out", "features.csv"});
  run({"score", "--no-store", "--out", "scores.csv"});
  std::string text = ReadFile(folder.Path("features.csv")) + ReadFile(folder.Path("scores.csv"));
  const auto scores = nlohmann::json::parse(run({"score", "--no-store", "--json"}));
  text += run({"explain", scores.at("deals").at(0).at("deal_id").get<std::string>(), "--json"});
  text += run({"forecast", "--by", "rep", "--json"});
  return text;
}

void Train(const Folder& folder, const std::string& database) {
  folder.RunWell({"--db", database, "--as-of", kMonday, "--known-at", kMonday, "train",
                  "--promote-if-better", "--json"});
}

/// A database of each engine that is there; `test` gets the URL of an empty one.
template <typename Test>
void OnEveryEngine(const Test& test) {
  {
    const Folder folder;
    test(folder, "sqlite:first.db", "sqlite:second.db");
  }
  if (const char* server = PostgresServer()) {
    const Folder folder;
    const Schema first(server);
    const Schema second(server);
    test(folder, first.url(), second.url());
  }
}

TEST(Store, AMondayIsTheSameAfterLaterImportsAndInEitherOrder) {
  OnEveryEngine([](const Folder& folder, const std::string& first, const std::string& second) {
    Generate(folder, "then", kMonday);
    Generate(folder, "later", kLater);
    ImportAt(folder, first, "then", kMonday);
    Train(folder, first);
    const std::string on_that_day = Monday(folder, first);
    ASSERT_GT(on_that_day.size(), 10000U);

    ImportAt(folder, first, "later", kLater);
    EXPECT_EQ(Monday(folder, first), on_that_day);

    ImportAt(folder, second, "later", kLater);
    ImportAt(folder, second, "then", kMonday);
    Train(folder, second);
    EXPECT_EQ(Monday(folder, second), on_that_day);
  });
}

TEST(Store, ABackupOfOneEngineIsTheDatabaseOfTheOther) {
  const Folder folder;
  Generate(folder, "then", kMonday);
  ImportAt(folder, "sqlite:here.db", "then", kMonday);
  Train(folder, "sqlite:here.db");
  const std::string before = Monday(folder, "sqlite:here.db");
  folder.RunWell({"--db", "sqlite:here.db", "backup", "--out", "a.backup", "--json"});
  EXPECT_EQ(folder.RunWell({"backup", "--verify", "a.backup", "--json"}).Json()["done"],
            "verified");
  const Outcome refused = folder.Run({"--db", "sqlite:here.db", "restore", "a.backup"});
  EXPECT_EQ(refused.exit_code, 5) << refused.err;
  std::unique_ptr<Schema> schema;
  std::string there = "sqlite:there.db";
  if (const char* server = PostgresServer()) {
    schema = std::make_unique<Schema>(server);
    there = schema->url();
  }
  folder.RunWell({"--db", there, "restore", "a.backup", "--json"});
  EXPECT_EQ(Monday(folder, there), before);
  folder.RunWell({"--db", there, "doctor"});
}

// An own column of the account was a feature of its deals: it is gone, and what read it is marked.
TEST(Store, WhatWasErasedIsInNoFileAndWhatChangedIsMarked) {
  const Folder folder;
  Generate(folder, "then", kMonday);
  ImportAt(folder, "sqlite:here.db", "then", kMonday);
  Train(folder, "sqlite:here.db");
  const auto scores = [&] {
    folder.RunWell({"--db", "sqlite:here.db", "--as-of", kMonday, "--known-at", kMonday, "score",
                    "--out", "scores.csv"});
    std::map<std::string, std::string> probabilities;
    std::istringstream lines(ReadFile(folder.Path("scores.csv")));
    for (std::string line; std::getline(lines, line);) {
      const std::size_t id = line.find(',');
      const std::size_t moment = line.find(',', id + 1);
      probabilities[line.substr(0, id)] =
          line.substr(moment + 1, line.find(',', moment + 1) - moment - 1);
    }
    return probabilities;
  };
  const auto before = scores();
  ASSERT_GT(before.size(), 20U);
  const auto deals =
      folder.RunWell({"--db", "sqlite:here.db", "--as-of", kMonday, "score", "--json"}).Json();
  const std::string account = deals["deals"][0]["account"];
  ASSERT_FALSE(account.empty());
  // The name is not the key: the refusal says which key it is.
  const Outcome by_name = folder.Run({"--db", "sqlite:here.db", "erase", "--account", account});
  ASSERT_EQ(by_name.exit_code, 4) << by_name.err;
  const std::string lead = "That is the name of: ";
  const std::size_t at = by_name.err.find(lead);
  ASSERT_NE(at, std::string::npos) << by_name.err;
  std::string key = by_name.err.substr(at + lead.size());
  key = key.substr(0, key.find_first_of(" \n"));

  const auto everything = [&] {
    std::string bytes;
    for (const char* name : {"here.db", "here.db-wal"}) {
      bytes += ReadFile(folder.Path(name));
    }
    return bytes;
  };
  ASSERT_NE(everything().find(account), std::string::npos);
  const auto report = folder
                          .RunWell({"--db", "sqlite:here.db", "erase", "--account", key, "--reason",
                                    "asked for by " + account, "--json"})
                          .Json();
  EXPECT_GT(report["changed_rows"]["events.value"], 0);
  EXPECT_EQ(everything().find(account), std::string::npos);
  EXPECT_EQ(everything().find(key), std::string::npos);
  const auto after = scores();
  ASSERT_EQ(after.size(), before.size());
  int num_changed = 0;
  for (const auto& [deal, probability] : before) {
    num_changed += after.at(deal) == probability ? 0 : 1;
  }
  EXPECT_LE(num_changed, report["deals"]);
  EXPECT_EQ(report["erased"][0]["affected_score_runs"].empty(), num_changed == 0);
  EXPECT_EQ(report["erased"][0]["affected_models"].empty(), num_changed == 0);
  folder.RunWell({"--db", "sqlite:here.db", "doctor"});
  const auto log = folder.RunWell({"--db", "sqlite:here.db", "erase", "--list", "--json"}).Json();
  for (const auto& entry : log["erasures"]) {
    if (entry["kind"] == "account") {
      EXPECT_EQ(entry["reason"], "asked for by [erased]");
    }
  }
}

}  // namespace
}  // namespace ri::end_to_end
