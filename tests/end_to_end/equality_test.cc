// The same results whatever the engine and the number of threads, bit for bit.

#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

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

/// A schema of its own on the test server, dropped at the end.
class Schema {
 public:
  explicit Schema(const std::string& server)
      : name_("revint_end_to_end_" + std::to_string(::getpid())) {
    connection_.reset(PQconnectdb(server.c_str()));
    Run("CREATE SCHEMA " + name_);
    url_ = server + (server.find('?') == std::string::npos ? "?" : "&") +
           "options=-csearch_path%3D" + name_;
  }
  ~Schema() { Run("DROP SCHEMA " + name_ + " CASCADE"); }
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;
  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  void Run(const std::string& sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexec(connection_.get(), sql.c_str()), PQclear);
    EXPECT_EQ(PQresultStatus(result.get()), PGRES_COMMAND_OK) << PQerrorMessage(connection_.get());
  }
  struct Closer {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  std::string name_;
  std::string url_;
  std::unique_ptr<PGconn, Closer> connection_;
};

TEST(Equality, SqliteAndPostgresqlGiveTheSameBytes) {
  const char* server = std::getenv("REVINT_TEST_POSTGRES");
  if (server == nullptr || *server == '\0') {
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
