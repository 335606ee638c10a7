// The same results whatever the engine and the number of threads, bit for bit.

#include <gtest/gtest.h>

#include "postgres_schema.h"
#include "program.h"

namespace ri::end_to_end {
namespace {

constexpr const char* kAsOf = "2026-11-16";

/// Everything a person sees of a small company, as one text.
std::string WholePath(const Folder& folder, const std::string& database,
                      const std::string& threads) {
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--db", database, "--threads", threads, "--as-of", kAsOf,
                                         "--known-at", kAsOf});
    return folder.RunWell(arguments).out;
  };
  std::string text;
  run({"import", "company", "--json"});
  const std::string training = run({"train", "--json", "--promote-if-better"});
  text += training;
  run({"score", "--out", "scores.csv", "--no-store"});
  text += ReadFile(folder.Path("scores.csv"));
  const std::string scores = run({"score", "--json"});
  text += scores;
  const auto first = nlohmann::json::parse(scores)["deals"][0]["deal_id"].get<std::string>();
  text += run({"explain", first, "--json"});
  text += run({"forecast", "--by", "team", "--json"});
  return text;
}

void Generate(const Folder& folder) {
  folder.RunWell({"generate", "--out", "company", "--scenario", "small-team", "--deals", "700",
                  "--seed", "5", "--as-of", kAsOf});
}

TEST(Equality, OneAndTwoThreadsGiveTheSameBytes) {
  const Folder folder;
  Generate(folder);
  const std::string one = WholePath(folder, "sqlite:one.db", "1");
  const std::string two = WholePath(folder, "sqlite:two.db", "2");
  EXPECT_EQ(one, two);
}

TEST(Equality, SqliteAndPostgresqlGiveTheSameBytes) {
  const char* server = PostgresServer();
  if (server == nullptr) {
    GTEST_SKIP() << "REVINT_TEST_POSTGRES names no server";
  }
  const Folder folder;
  Generate(folder);
  const Schema schema(server);
  const std::string embedded = WholePath(folder, "sqlite:here.db", "2");
  const std::string served = WholePath(folder, schema.url(), "2");
  EXPECT_EQ(embedded, served);
}

}  // namespace
}  // namespace ri::end_to_end
