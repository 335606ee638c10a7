// What a person does wrong, or an export brings: a clear message with the right exit code, and
// nothing already stored is lost.

#include <gtest/gtest.h>

#include <string>

#include "program.h"

namespace ri::end_to_end {
namespace {

using std::string_literals::operator""s;

constexpr const char* kMapping = R"(name = "own"
currency = "USD"

[[file]]
noun = "deal"
match = ["*.csv"]

[file.columns]
id = "id"
created = "created"
closed = "closed"
outcome = "outcome"
amount = "amount"

[file.outcome]
won = ["Won"]
lost = ["Lost"]
open = ["Open"]
)";

constexpr const char* kHeader = "id,created,closed,outcome,amount\n";

class BadInput : public testing::Test {
 protected:
  void SetUp() override {
    WriteFile(folder_.Path("own.toml"), kMapping);
    std::string good = kHeader;
    for (int i = 0; i < 40; ++i) {
      good += "G" + std::to_string(i) + ",2026-01-05,2026-02-01," + (i % 2 == 0 ? "Won" : "Lost") +
              ",100.50\n";
    }
    WriteFile(folder_.Path("good.csv"), good);
    const Outcome imported = folder_.RunWell(
        {"--known-at", "2026-03-01", "import", "good.csv", "--mapping", "own.toml", "--json"});
    EXPECT_EQ(imported.Json()["deals"], 40);
    before_ = Facts();
  }

  [[nodiscard]] Outcome Import(const std::string& file) const {
    return folder_.Run({"import", file, "--mapping", "own.toml", "--json"});
  }
  [[nodiscard]] std::string Facts() const {
    folder_.RunWell({"features", "--as-of", "2026-01-12", "--out", "facts.csv"});
    return ReadFile(folder_.Path("facts.csv"));
  }
  /// The import is refused with exit code 3 and a message, and the store holds what it held.
  void ExpectRefused(const std::string& content, const std::string& said) {
    WriteFile(folder_.Path("bad.csv"), content);
    const Outcome outcome = Import("bad.csv");
    EXPECT_EQ(outcome.exit_code, 3) << outcome.err;
    EXPECT_NE(outcome.err.find("bad.csv"), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find(said), std::string::npos) << outcome.err;
    EXPECT_EQ(Facts(), before_) << "what was stored is still there";
  }
  /// The import goes on; `rows` bad rows are quarantined.
  void ExpectQuarantined(const std::string& bad_rows, int rows, const std::string& column) {
    std::string content = kHeader;
    for (int i = 0; i < 100; ++i) {
      content += "N" + std::to_string(i) + ",2026-01-05,,Open,10\n";
    }
    WriteFile(folder_.Path("mixed.csv"), content + bad_rows);
    const auto report = Import("mixed.csv").Json();
    EXPECT_EQ(report["bad_rows"], rows) << report.dump(1);
    ASSERT_FALSE(report["rejects"].empty());
    EXPECT_EQ(report["rejects"][0]["column"], column);
    EXPECT_GT(report["rejects"][0]["line"], 100);
    EXPECT_FALSE(report["rejects"][0]["reason"].get<std::string>().empty());
  }

  Folder folder_;
  std::string before_;
};

TEST_F(BadInput, AnEmptyFile) { ExpectRefused("", "empty"); }
TEST_F(BadInput, ABinaryFile) {
  ExpectRefused("\x7f\x45\x4c\x46\0\0\1\0\xfe\xff\0\0abc\0\0\0"s, "");
}
TEST_F(BadInput, AHeaderOnly) { ExpectRefused(kHeader, "row"); }
TEST_F(BadInput, AnUnclosedQuote) {
  ExpectRefused(std::string(kHeader) + "A,2026-01-05,,Open,\"10\n", "quote");
}
TEST_F(BadInput, AColumnIsMissing) {
  ExpectRefused("id,created,closed,outcome\nA,2026-01-05,,Open\n", "amount");
}
TEST_F(BadInput, MostRowsAreBad) {
  ExpectRefused(std::string(kHeader) + "A,0001-01-01,,Open,10\n", "created");
}

TEST_F(BadInput, ImpossibleYears) {
  ExpectQuarantined("A,0001-01-01,,Open,10\nB,9999-12-31,,Open,10\n", 2, "created");
}
TEST_F(BadInput, AbsurdAmounts) { ExpectQuarantined("A,2026-01-05,,Open,1e18\n", 1, "amount"); }
TEST_F(BadInput, ADuplicateWithOtherContent) {
  ExpectQuarantined("N7,2026-01-05,,Open,99\n", 1, "id");
}

TEST_F(BadInput, NegativeAmounts) { ExpectQuarantined("A,2026-01-05,,Open,-5\n", 1, "amount"); }

TEST_F(BadInput, MissingWordsMeanNoAmount) {
  WriteFile(folder_.Path("words.csv"), std::string(kHeader) + "A,2026-01-05,,Open,N/A\n");
  const auto report = Import("words.csv").Json();
  EXPECT_EQ(report["deals"], 1);
  EXPECT_EQ(report["bad_rows"], 0) << report.dump(1);
}

TEST_F(BadInput, AnotherEncodingIsReadAndReported) {
  WriteFile(folder_.Path("latin.csv"), std::string(kHeader) + "M\xfcller,2026-01-05,,Open,10\n");
  const auto report = Import("latin.csv").Json();
  EXPECT_EQ(report["deals"], 1);
  EXPECT_NE(report["files"][0]["encoding"], "UTF-8");
}

TEST_F(BadInput, ADealThatComesBackOpenLaterLeavesThePastAsItWas) {
  WriteFile(folder_.Path("again.csv"), std::string(kHeader) + "G0,2026-01-05,,Open,100.50\n");
  EXPECT_EQ(
      folder_.Run({"--known-at", "2026-06-01", "import", "again.csv", "--mapping", "own.toml"})
          .exit_code,
      0);
  EXPECT_EQ(Facts(), before_);
}

TEST_F(BadInput, TheSameFileTwiceChangesNothing) {
  EXPECT_EQ(Import("good.csv").Json()["already_imported"], true);
  EXPECT_EQ(Facts(), before_);
}

TEST(Usage, MistakesOnTheCommandLineExitWithTwo) {
  const Folder folder;
  EXPECT_EQ(folder.Run({"nonsense"}).exit_code, 2);
  EXPECT_EQ(folder.Run({"score", "--as-of", "yesterday"}).exit_code, 2);
  EXPECT_EQ(folder.Run({"--db", "oracle:x", "score"}).exit_code, 2);
  EXPECT_EQ(folder.Run({"score", "--json"}).exit_code, 4) << "nothing was imported or trained yet";
  EXPECT_EQ(folder.Run({"--db", "sqlite:/nonexistent/folder/x.db", "doctor"}).exit_code, 6);
  const Outcome help = folder.RunWell({"score", "--help"});
  EXPECT_NE(help.out.find("Examples:"), std::string::npos);
}

}  // namespace
}  // namespace ri::end_to_end
