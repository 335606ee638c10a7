// What was said about a deal can be shown again from the store, number for number, after the day it
// was said and without computing it anew.

#include <gtest/gtest.h>

#include "program.h"

namespace ri::end_to_end {
namespace {

constexpr const char* kDay = "2026-11-16";
constexpr const char* kTwoWeeksLater = "2026-11-30";
constexpr int kNotFound = 4;

/// What was said, without the peers: they are looked up in the data of today.
nlohmann::json Said(const nlohmann::json& explanation) {
  nlohmann::json said;
  for (const char* field : {"basis", "deal_id", "as_of", "win", "base_points", "shown_points",
                            "base_log_odds", "log_odds", "additivity_error", "groups"}) {
    said[field] = explanation[field];
  }
  for (const auto& reason : explanation["reasons"]) {
    said["reasons"].push_back({reason["feature"], reason["value"], reason["observation"],
                               reason["log_odds"], reason["points"]});
  }
  return said;
}

TEST(KeptExplanation, IsShownAgainAsItWasOnTheDay) {
  const Folder folder;
  folder.RunWell({"generate", "--out", "company", "--scenario", "realistic", "--deals", "700",
                  "--seed", "5", "--as-of", kDay});
  folder.RunWell({"--as-of", kDay, "import", "company"});
  folder.RunWell({"--as-of", kDay, "train", "--promote-if-better"});
  const auto scores = folder.RunWell({"--as-of", kDay, "score", "--json"}).Json();
  const std::string run = std::to_string(scores["run_id"].get<int>());
  ASSERT_GE(scores["deals"].size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    const auto deal = scores["deals"][i]["deal_id"].get<std::string>();
    const auto then = folder.RunWell({"--as-of", kDay, "explain", deal, "--json"}).Json();
    const auto again =
        folder.RunWell({"--as-of", kTwoWeeksLater, "explain", deal, "--run", run, "--json"}).Json();
    ASSERT_FALSE(then["reasons"].empty());
    EXPECT_EQ(Said(then), Said(again));
    EXPECT_EQ(again["win"]["value"], scores["deals"][i]["win_probability"]);
  }
  const auto deal = scores["deals"][0]["deal_id"].get<std::string>();
  EXPECT_EQ(folder.Run({"explain", deal, "--run", "99"}).exit_code, kNotFound);
  EXPECT_EQ(folder.Run({"explain", "no such deal", "--run", run}).exit_code, kNotFound);
}

}  // namespace
}  // namespace ri::end_to_end
