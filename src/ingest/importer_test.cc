#include "ingest/importer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "ingest/import_fixture.h"

namespace ri::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr std::string_view kMapping = R"(name = "our-crm"
currency = "EUR"
[[file]]
noun = "deal"
[file.columns]
id = "id"
created = "created"
closed = "closed"
outcome = "status"
amount = "amount"
owner = { column = "owner", optional = true }
[file.outcome]
won = ["won"]
lost = ["lost"]
open = ["open"]
)";

const std::string kHeader = "id,created,closed,status,amount\n";

class ImporterTest : public ImportTest {
 protected:
  void SetUp() override {
    ImportTest::SetUp();
    UseMapping(std::string(kMapping));
    options_.max_reject_share = 1;
  }
  /// Imports one good row and one other; the good one must survive.
  data::Reject RejectOf(const std::string& row) {
    store_ = RecordingStore();
    const ImportReport report = [&] {
      Write("deals.csv", kHeader + "good,2024-01-01,,open,5\n" + row + "\n");
      return MustImport();
    }();
    EXPECT_EQ(store_.Lines("deal/good created").size(), 1U) << row;
    EXPECT_EQ(report.num_bad_rows, 1) << row;
    return store_.rejects.size() == 1 ? store_.rejects[0] : data::Reject{};
  }
};

TEST_F(ImporterTest, QuarantinesEveryBadCellWithItsPlaceAndReason) {
  struct Case {
    std::string row;
    std::string column;
    std::string value;
    std::string reason;
    bool deal_kept;
  };
  const std::vector<Case> cases = {
      {"d,0001-01-01,,open,5", "created", "0001-01-01", "1900 to 2199", false},
      {"d,9999-12-31,,open,5", "created", "9999-12-31", "1900 to 2199", false},
      {"d,2024-01-01,9999-12-31,won,5", "closed", "9999-12-31", "1900 to 2199", false},
      {"d,soon,,open,5", "created", "soon", "not a date", false},
      {"d,,,open,5", "created", "", "no creation date", false},
      {",2024-01-01,,open,5", "id", "", "no id", false},
      {"d,2024-01-01,,maybe,5", "status", "maybe", "won, lost and open", false},
      {"d,2024-01-01,,open,1e18", "amount", "1e18", "plausible", true},
      {"d,2024-01-01,,open,-5", "amount", "-5", "negative", true},
      {"d,2024-01-01,,open,lots", "amount", "lots", "not a number", true},
      {"d,2024-01-01,,open", "", "d", "4 cells, the header has 5", false},
      {"d,2024-01-01,,open,5,6", "", "d", "6 cells", false},
      {"good,2024-02-01,,open,5", "id", "good", "same id", true},
      {std::string(300, 'x') + ",2024-01-01,,open,5", "id", std::string(200, 'x'), "too long",
       false},
  };
  for (const Case& each : cases) {
    const data::Reject reject = RejectOf(each.row);
    EXPECT_EQ(reject.line, 3) << each.row;
    EXPECT_EQ(reject.column, each.column) << each.row;
    EXPECT_EQ(reject.value, each.value) << each.row;
    EXPECT_THAT(reject.reason, HasSubstr(each.reason)) << each.row;
    EXPECT_THAT(reject.file, HasSubstr("deals.csv"));
    if (each.row.starts_with("d,")) {
      EXPECT_EQ(!store_.Lines("deal/d created").empty(), each.deal_kept) << each.row;
    }
  }
}

TEST_F(ImporterTest, TreatsMissingWordsAsMissing) {
  Write("deals.csv", kHeader + "a,2024-01-01,N/A,open,N/A\nb,2024-01-01,-,null,-\n");
  const ImportReport report = MustImport();
  EXPECT_EQ(report.num_bad_rows, 0);
  EXPECT_EQ(report.num_open, 2);
  EXPECT_THAT(store_.Lines("deal/a amount"), IsEmpty());
}

TEST_F(ImporterTest, StopsWhenTooManyRowsAreBadAndNamesTheWorstReason) {
  options_.max_reject_share = 0.05;
  std::string text = kHeader;
  for (int i = 0; i < 100; ++i) {
    text += "d" + std::to_string(i) + (i % 10 == 0 ? ",0001-01-01" : ",2024-01-01") + ",,open,1\n";
  }
  Write("deals.csv", text);
  const auto report = Import();
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code(), ErrorCode::kBadInput);
  EXPECT_THAT(report.error().message(), HasSubstr("10 of 100 rows"));
  EXPECT_THAT(report.error().message(),
              HasSubstr("line 2, column \"created\", value \"0001-01-01\""));
  EXPECT_THAT(store_.lines, IsEmpty());
  EXPECT_THAT(store_.batches, IsEmpty());
}

TEST_F(ImporterTest, RefusesBrokenFilesAndLeavesTheStoreAlone) {
  struct Case {
    std::string content;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"", "empty"},
      {std::string("\x7f"
                   "ELF\0\0\1",
                   7),
       "binary"},
      {kHeader, "no rows"},
      {kHeader + "a,2024-01-01,,\"open,5\n", "quote"},
      {"id,created,closed,status\na,2024-01-01,,open\n", "no column \"amount\""},
      {"id,created,closed,status,amount\n1,03/04/2024,,open,5\n", "date_order"},
  };
  for (const Case& each : cases) {
    const auto report = Import(Write("deals.csv", each.content));
    ASSERT_FALSE(report.has_value()) << each.message;
    EXPECT_EQ(report.error().code(), ErrorCode::kBadInput) << report.error().ToString();
    EXPECT_THAT(report.error().ToString(), HasSubstr(each.message));
    EXPECT_THAT(report.error().ToString(), HasSubstr("deals.csv"));
    EXPECT_THAT(store_.lines, IsEmpty());
  }
  EXPECT_EQ(Import(folder_ + "/missing.csv").error().code(), ErrorCode::kNotFound);
}

TEST_F(ImporterTest, ReadsAWrongEncodingWithAWarningInsteadOfFailing) {
  std::string text = kHeader;
  for (int i = 0; i < 20; ++i) {
    text += "\xC3\xBC" + std::to_string(i) + ",2024-01-01,,open,1\n";
  }
  Write("deals.csv", text + "x\xFF,2024-01-01,,open,1\n");
  const ImportReport report = MustImport();
  EXPECT_EQ(report.num_deals, 21);
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("not legal UTF-8")));
}

TEST_F(ImporterTest, TheSameContentTwiceChangesNothing) {
  const std::string path = Write("deals.csv", kHeader + "a,2024-01-01,,open,5\n");
  MustImport();
  const auto lines = store_.lines;
  std::filesystem::rename(path, folder_ + "/renamed.csv");
  const ImportReport again = MustImport();
  EXPECT_TRUE(again.already_imported);
  EXPECT_EQ(store_.batches.size(), 1U);
  EXPECT_TRUE(store_.lines == lines);
}

TEST_F(ImporterTest, EqualRepeatsOfADealCollapse) {
  Write("deals.csv", kHeader + "a,2024-01-01,,open,5\na,2024-01-01,,open,5\n");
  const ImportReport report = MustImport();
  EXPECT_EQ(report.num_deals, 1);
  EXPECT_EQ(report.num_duplicates, 1);
  EXPECT_EQ(report.num_bad_rows, 0);
  EXPECT_EQ(store_.Lines("deal/a created").size(), 1U);
}

TEST_F(ImporterTest, ClosedDealsEndWhenTheyClosedAndUndatedOnesSaySo) {
  Write("deals.csv", kHeader +
                         "a,2024-01-01,2024-02-01,won,5\n"
                         "b,2024-01-01,,lost,5\n"
                         "c,2024-01-01 10:00,2024-01-01,won,5\n"
                         "d,2024-01-10,2024-01-05,lost,5\n");
  const ImportReport report = MustImport();
  EXPECT_THAT(store_.Lines("deal/a outcome"),
              ElementsAre("deal/a outcome 2024-02-01T00:00:00.000Z won"));
  EXPECT_THAT(store_.Lines("deal/b undated_outcome"),
              ElementsAre("deal/b undated_outcome 2024-01-01T00:00:00.000Z lost"));
  // Closed on the day it was created: never before its own creation.
  EXPECT_THAT(store_.Lines("deal/c outcome"),
              ElementsAre("deal/c outcome 2024-01-01T10:00:00.000Z won"));
  EXPECT_THAT(store_.Lines("deal/d excluded"),
              ElementsAre("deal/d excluded 2024-01-10T00:00:00.000Z born-closed"));
  EXPECT_EQ(report.num_born_closed, 1);
}

TEST_F(ImporterTest, FilesWithoutAnOutcomeColumnHoldOpenDeals) {
  std::string mapping(kMapping);
  mapping.replace(mapping.find("outcome = \"status\""), 18,
                  "outcome = { column = \"status\", optional = true }");
  mapping.replace(mapping.find("closed = \"closed\""), 17,
                  "closed = { column = \"closed\", optional = true }");
  UseMapping(mapping);
  Write("later.csv", "id,created,amount\na,2024-01-01,5\n");
  EXPECT_EQ(MustImport().num_open, 1);
}

TEST_F(ImporterTest, OneColumnMayDecideTheOrderOfDatesOfAnother) {
  Write("deals.csv", kHeader + "a,13/01/2024,02/03/2024,won,5\n");
  MustImport();
  EXPECT_THAT(store_.Lines("deal/a outcome"),
              ElementsAre("deal/a outcome 2024-03-02T00:00:00.000Z won"));
}

TEST_F(ImporterTest, ADryRunReportsAndWritesNothing) {
  options_.dry_run = true;
  Write("deals.csv", kHeader + "a,2024-01-01,,open,5\nb,soon,,open,5\n");
  const ImportReport report = MustImport();
  EXPECT_EQ(report.num_deals, 1);
  EXPECT_EQ(report.num_bad_rows, 1);
  EXPECT_GT(report.batch.num_events, 0);
  EXPECT_THAT(store_.lines, IsEmpty());
  EXPECT_THAT(store_.batches, IsEmpty());
}

TEST_F(ImporterTest, CancellingLeavesNothing) {
  class Impatient final : public base::Progress {
   public:
    bool cancelled() const override { return true; }
  } impatient;
  Write("deals.csv", kHeader + "a,2024-01-01,,open,5\n");
  const auto report = ImportPaths(store_, {folder_}, options_, impatient);
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code(), ErrorCode::kCancelled);
  EXPECT_THAT(store_.lines, IsEmpty());
}

TEST_F(ImporterTest, UnknownFilesAreRefusedWhenNamedAloneAndSkippedAmongOthers) {
  Write("deals.csv", kHeader + "a,2024-01-01,,open,5\n");
  const std::string other = Write("prices.csv", "product,price\nx,1\n");
  UseMapping(std::string(kMapping) + "match = []\n");
  std::string mapping(kMapping);
  mapping.replace(mapping.find("noun = \"deal\""), 13, "noun = \"deal\"\nmatch = \"deals*\"");
  UseMapping(mapping);
  const ImportReport report = MustImport();
  EXPECT_THAT(report.skipped_files, ElementsAre(HasSubstr("prices.csv")));
  const auto named = Import(other);
  ASSERT_FALSE(named.has_value());
  EXPECT_THAT(named.error().message(), HasSubstr("product, price"));
  // A shell names every file of a folder, an upload every file that was dropped.
  const auto all =
      ImportPaths(store_, {folder_ + "/deals.csv", other}, options_, base::Progress::Silent());
  ASSERT_TRUE(all.has_value()) << all.error().ToString();
  EXPECT_THAT(all->skipped_files, ElementsAre(HasSubstr("prices.csv")));
}

TEST_F(ImporterTest, UnknownExportsNameTheirColumns) {
  options_.mapping.mapping_file.clear();
  Write("deals.csv", kHeader + "a,2024-01-01,,open,5\n");
  const auto report = Import();
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().message(), HasSubstr("--mapping"));
  EXPECT_THAT(report.error().message(), HasSubstr("id, created, closed, status, amount"));
}

TEST_F(ImporterTest, CurrenciesDecideTheMinorUnits) {
  std::string mapping(kMapping);
  mapping.replace(mapping.find("amount = \"amount\""), 17,
                  "amount = \"amount\"\ncurrency = \"currency\"");
  UseMapping(mapping);
  Write("deals.csv",
        "id,created,closed,status,amount,currency\na,2024-01-01,,open,5,JPY\n"
        "b,2024-01-01,,open,5,\nc,2024-01-01,,open,5,kwd\nd,2024-01-01,,open,5,money\n");
  const ImportReport report = MustImport();
  EXPECT_THAT(store_.Lines("deal/a amount"), ElementsAre(HasSubstr(" 5")));
  EXPECT_THAT(store_.Lines("deal/b amount"), ElementsAre(HasSubstr(" 500")));
  EXPECT_THAT(store_.Lines("deal/b currency"), ElementsAre(HasSubstr("EUR")));
  EXPECT_THAT(store_.Lines("deal/c amount"), ElementsAre(HasSubstr(" 5000")));
  EXPECT_EQ(report.num_bad_rows, 1);
}

TEST_F(ImporterTest, ColumnsFilledOnlyOnClosedDealsAreNotUsedUnlessNamed) {
  std::string text = "id,created,closed,status,amount,reason,region,rare\n";
  for (int i = 0; i < 100; ++i) {
    const bool open = i % 2 == 0;
    text += "d" + std::to_string(i) + ",2024-01-01," +
            (open ? ",open,1,," : "2024-02-01,lost,1,price,") + "north," + (i == 1 ? "x" : "") +
            "\n";
  }
  Write("deals.csv", text);
  std::string mapping(kMapping);
  mapping.replace(mapping.find("[file.columns]"), 0, "custom = \"rest\"\n");
  UseMapping(mapping);
  const ImportReport report = MustImport();
  EXPECT_FALSE(report.events.contains("deal.reason"));
  EXPECT_EQ(report.events.at("deal.region"), 100);
  EXPECT_EQ(report.events.at("deal.rare"), 1);  // one value may be chance
  EXPECT_THAT(report.warnings,
              ElementsAre(HasSubstr("\"reason\": filled on none of 50 open deals")));
  store_ = RecordingStore();
  UseMapping(std::string(kMapping) + "[file.custom]\nreason = \"category\"\n");
  EXPECT_EQ(MustImport().events.at("deal.reason"), 50);
}

TEST_F(ImporterTest, TheOrderOfRowsDoesNotMatter) {
  std::vector<std::string> rows;
  for (int i = 0; i < 200; ++i) {
    const std::string id = "d" + std::to_string(i);
    rows.push_back(id + ",2024-01-" + std::to_string(10 + i % 20) +
                   (i % 3 == 0 ? ",,open," : ",2024-03-01,won,") + std::to_string(i) + "\n");
  }
  std::mt19937 random(3);
  std::multiset<std::string> expected;
  for (int round = 0; round < 5; ++round) {
    std::string text = kHeader;
    for (const std::string& row : rows) {
      text += row;
    }
    store_ = RecordingStore();
    Write("deals.csv", text);
    MustImport();
    if (round == 0) {
      expected = store_.lines;
    }
    EXPECT_TRUE(store_.lines == expected);
    std::shuffle(rows.begin(), rows.end(), random);
  }
}

TEST_F(ImporterTest, EventLogsGiveChangesActivitiesAndQualification) {
  UseMapping(R"(name = "log"
[[file]]
noun = "deal"
match = "cases*"
[file.columns]
id = "case"
created = "start"
[[file]]
noun = "event_log"
match = "events*"
[file.columns]
deal = "case"
time = "at"
sequence = "nr"
[[file.rule]]
emit = "qualified"
when = { what = ["OFFER"] }
stop = false
[[file.rule]]
emit = "owner"
from = "who"
when = { who = ["?*"] }
stop = false
[[file.rule]]
emit = "stage"
from = "what"
when = { what = ["NEW", "OFFER"] }
[[file.rule]]
emit = "activity.call"
when = { what = ["CALL*"] }
)");
  Write("cases.csv", "case,start\n7,2024-01-01\n");
  Write("events.csv",
        "case,nr,at,what,who\n"
        "7,4,2024-01-04,OFFER,bob\n"
        "7,1,2024-01-01,NEW,amy\n"
        "7,3,2024-01-03,OFFER,bob\n"
        "7,2,2024-01-02,CALL back,amy\n"
        "7,5,2024-01-05,CALL back,\n");
  MustImport();
  EXPECT_THAT(store_.lines,
              UnorderedElementsAre("deal/7 created 2024-01-01T00:00:00.000Z 1",
                                   "deal/7 stage 2024-01-01T00:00:00.000Z NEW",
                                   "deal/7 stage 2024-01-03T00:00:00.000Z OFFER",
                                   "deal/7 owner 2024-01-01T00:00:00.000Z amy",
                                   "deal/7 owner 2024-01-03T00:00:00.000Z bob",
                                   "deal/7 activity.call 2024-01-02T00:00:00.000Z (none)",
                                   "deal/7 activity.call 2024-01-05T00:00:00.000Z (none)",
                                   "deal/7 qualified 2024-01-03T00:00:00.000Z 1"));
}

TEST_F(ImporterTest, PseudoClocksDateTablesWithoutDates) {
  UseMapping(R"(name = "no-dates"
[[file]]
noun = "deal"
[file.columns]
id = "nr"
outcome = "result"
[file.outcome]
won = ["1"]
lost = ["0"]
[file.clock]
column = "nr"
origin = 100
per_day = 10
start = "2020-01-01"
)");
  Write("leads.csv", "nr,result\n100,1\n109,0\n110,1\n200,0\nx,1\n");
  const ImportReport report = MustImport();
  EXPECT_THAT(store_.Lines("deal/109 created"),
              ElementsAre("deal/109 created 2020-01-01T00:00:00.000Z 1"));
  EXPECT_THAT(store_.Lines("deal/110 created"),
              ElementsAre("deal/110 created 2020-01-02T00:00:00.000Z 1"));
  EXPECT_THAT(store_.Lines("deal/200 undated_outcome"),
              ElementsAre("deal/200 undated_outcome 2020-01-11T00:00:00.000Z lost"));
  EXPECT_EQ(report.num_bad_rows, 1);
}

}  // namespace
}  // namespace ri::ingest
