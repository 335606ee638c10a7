// Histories that contradict each other, end early or are missing, and deals that are no deals.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/exclusions.h"
#include "ingest/import_fixture.h"

namespace ri::ingest {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

const std::string kRows = "Id,Name,StageName,Amount,CloseDate,IsClosed,IsWon,CreatedDate,OwnerId\n";
const std::string kStates = "Id,OpportunityId,CreatedDate,StageName,Amount,CloseDate\n";
const std::string kFields = "Id,OpportunityId,CreatedDate,Field,OldValue,NewValue\n";

class ReconciliationTest : public ImportTest {
 protected:
  std::vector<std::string> Issues(const std::string& deal) {
    std::vector<std::string> issues;
    for (const std::string& line : store_.Lines("deal/" + deal + " data_issue ")) {
      issues.push_back(line.substr(line.rfind(' ') + 1));
    }
    return issues;
  }
};

TEST_F(ReconciliationTest, AChangeThatOnlyTheFieldHistoryHasIsAddedAndMarked) {
  Write("o.csv", kRows + "d,A,Proposal,300,2024-06-30,false,false,2024-01-01T10:00:00Z,u\n");
  Write("h.csv", kStates +
                     "1,d,2024-01-01T10:00:00Z,Prospecting,100,2024-06-30\n"
                     "2,d,2024-03-01T10:00:00Z,Proposal,300,2024-06-30\n");
  Write("f.csv", kFields +
                     "1,d,2024-01-01T10:00:00Z,created,,\n"
                     "2,d,2024-02-01T10:00:00Z,Amount,100,200\n"
                     "3,d,2024-03-01T10:00:01Z,Amount,200,300\n"
                     "4,d,2024-03-01T10:00:00Z,StageName,Prospecting,Proposal\n");
  const ImportReport report = MustImport();
  EXPECT_THAT(store_.Lines("deal/d amount"),
              ElementsAre("deal/d amount 2024-01-01T10:00:00.000Z 10000",
                          "deal/d amount 2024-02-01T10:00:00.000Z 20000",
                          "deal/d amount 2024-03-01T10:00:00.000Z 30000"));
  EXPECT_THAT(Issues("d"), ElementsAre("missing-change"));
  EXPECT_THAT(report.issues, ElementsAre(Pair("missing-change", 1)));
  EXPECT_EQ(report.num_with_issues, 1);
}

TEST_F(ReconciliationTest, HistoriesThatContradictEachOtherAreMarkedAndTheStatesHold) {
  Write("o.csv", kRows + "d,A,Proposal,300,2024-06-30,false,false,2024-01-01T10:00:00Z,u\n");
  Write("h.csv", kStates + "1,d,2024-01-01T10:00:00Z,Proposal,300,2024-06-30\n");
  Write("f.csv", kFields +
                     "1,d,2024-01-01T10:00:00Z,created,,\n"
                     "2,d,2024-02-01T10:00:00Z,Amount,111,222\n");
  MustImport();
  EXPECT_THAT(store_.Lines("deal/d amount"),
              ElementsAre("deal/d amount 2024-01-01T10:00:00.000Z 30000"));
  EXPECT_THAT(Issues("d"), ElementsAre("histories-disagree"));
}

TEST_F(ReconciliationTest, ChangesWithinOneSaveAreNoContradiction) {
  Write("o.csv", kRows + "d,A,Proposal,300,2024-06-30,false,false,2024-01-01T10:00:00Z,u\n");
  Write("h.csv", kStates +
                     "1,d,2024-01-01T10:00:00Z,Proposal,100,2024-06-30\n"
                     "2,d,2024-02-01T10:00:01Z,Proposal,300,2024-06-30\n");
  Write("f.csv", kFields +
                     "1,d,2024-01-01T10:00:00Z,created,,\n"
                     "2,d,2024-02-01T10:00:00Z,Amount,100,200\n"
                     "3,d,2024-02-01T10:00:01Z,Amount,200,300\n");
  MustImport();
  EXPECT_THAT(Issues("d"), IsEmpty());
}

TEST_F(ReconciliationTest, CutHistoriesAreMarkedWithTheirReason) {
  Write("o.csv", kRows +
                     "late,A,Proposal,1,2024-06-30,false,false,2023-01-01T10:00:00Z,u\n"
                     "cut,A,Proposal,1,2024-06-30,false,false,2022-01-01T10:00:00Z,"
                     "005A000000AbCdFIAV\n"
                     "chain,A,Proposal,1,2024-06-30,false,false,2024-01-01T10:00:00Z,c\n"
                     "whole,A,Proposal,1,2024-06-30,false,false,2024-01-01T10:00:00Z,c\n"
                     "now,A,Proposal,7,2024-06-30,false,false,2024-01-01T10:00:00Z,c\n");
  Write("h.csv", kStates +
                     "1,late,2023-05-01T10:00:00Z,Proposal,1,2024-06-30\n"
                     "2,now,2024-01-01T10:00:00Z,Proposal,1,2024-06-30\n");
  Write("f.csv", kFields +
                     "1,cut,2024-02-01T10:00:00Z,OwnerId,005A000000AbCdEIAV,005A000000AbCdFIAV\n"
                     "2,chain,2024-02-01T10:00:00Z,Type,a,b\n"
                     "3,chain,2024-03-01T10:00:00Z,Type,c,d\n"
                     "4,whole,2024-02-01T10:00:00Z,Type,a,b\n"
                     "5,x,2024-01-01T10:00:00Z,created,,\n");
  const ImportReport report = MustImport();
  EXPECT_THAT(Issues("late"), ElementsAre("history-starts-late"));
  EXPECT_THAT(Issues("cut"), ElementsAre("history-cut"));
  EXPECT_THAT(Issues("chain"), ElementsAre("missing-change"));
  EXPECT_THAT(Issues("whole"), IsEmpty());
  EXPECT_THAT(Issues("now"), ElementsAre("row-disagrees"));
  EXPECT_EQ(report.num_with_issues, 4);
}

TEST_F(ReconciliationTest, ACapOnRevisionsAndAMissingStartAreToldApart) {
  Write("deals.csv",
        "hs_object_id,dealname,dealstage,closedate,createdate,amount\n"
        "11,Pump,contractsent,2024-12-01,2024-01-01T00:00:00Z,20\n"
        "12,Pump,contractsent,2024-12-01,2024-01-01T00:00:00Z,3\n"
        "13,Pump,contractsent,2024-12-01,2024-01-01T00:00:00Z,1\n");
  std::string history = "deal_id,name,value,timestamp\n";
  for (int i = 1; i <= 20; ++i) {
    history += "11,amount," + std::to_string(i) + ",2024-03-" + (i < 10 ? "0" : "") +
               std::to_string(i) + "T00:00:00Z\n";
  }
  history += "12,amount,3,2024-03-01T00:00:00Z\n13,amount,1,2024-01-01T00:00:00Z\n";
  Write("history.csv", history);
  MustImport();
  EXPECT_THAT(Issues("11"), ElementsAre("revision-cap"));
  EXPECT_THAT(Issues("12"), ElementsAre("missing-previous"));
  EXPECT_THAT(Issues("13"), IsEmpty());
}

TEST_F(ReconciliationTest, ADealThatIsOpenAgainWithoutHistoryReopensWhenThatIsLearned) {
  options_.known_at = Milliseconds(2024, 3, 1);
  Write("o.csv", kRows + "d,A,Closed Lost,5,2024-02-01,true,false,2024-01-01T10:00:00Z,u\n");
  MustImport();
  options_.known_at = Milliseconds(2024, 4, 1);
  Write("o.csv", kRows + "d,A,Proposal,5,2024-06-30,false,false,2024-01-01T10:00:00Z,u\n");
  const ImportReport report = MustImport();
  EXPECT_EQ(report.num_reopened, 1);
  EXPECT_THAT(store_.Lines("deal/d outcome"),
              ElementsAre("deal/d outcome 2024-02-01T00:00:00.000Z lost",
                          "deal/d outcome 2024-04-01T00:00:00.000Z open"));
}

TEST_F(ReconciliationTest, AValueThatChangedBetweenTwoExportsChangedWhenThatWasLearned) {
  const auto import = [this](const std::string& owner, int month) {
    options_.known_at = Milliseconds(2024, static_cast<unsigned>(month), 1);
    Write("o.csv",
          kRows + "d,A,Proposal,5,2024-06-30,false,false,2024-01-01T10:00:00Z," + owner + "\n");
    MustImport();
  };
  import("u1", 2);
  import("u2", 3);
  Write("more.csv", kRows + "e,A,Proposal,5,2024-06-30,false,false,2024-01-02T10:00:00Z,u1\n");
  import("u1", 4);  // back again
  std::filesystem::remove(folder_ + "/more.csv");
  const std::vector<std::string> forward = {
      "deal/d owner 2024-01-01T10:00:00.000Z u1", "deal/d owner 2024-01-01T10:00:00.000Z u2",
      "deal/d owner 2024-03-01T00:00:00.000Z u2", "deal/d owner 2024-04-01T00:00:00.000Z u1"};
  std::set<std::string> lines;
  for (const std::string& line : store_.Lines("deal/d owner")) {
    lines.insert(line);  // the test store keeps repeats, which a real one does not
  }
  EXPECT_THAT(lines, testing::ElementsAreArray(forward));

  store_ = RecordingStore();
  import("u2", 3);
  import("u1", 2);  // an older export that comes later adds only what it says itself
  const std::set<std::string> backward = [this] {
    const auto found = store_.Lines("deal/d owner");
    return std::set<std::string>(found.begin(), found.end());
  }();
  EXPECT_THAT(backward, ElementsAre(forward[0], forward[1]));
}

TEST_F(ReconciliationTest, TestRecordsMergedDealsAndBulkLoadsAreKeptOutAndCounted) {
  std::string rows = kRows;
  for (int i = 0; i < 60; ++i) {  // a deal a day, then a whole system in one
    const std::string day = (i % 28 < 9 ? "0" : "") + std::to_string(i % 28 + 1);
    rows += "d" + std::to_string(i) + ",Deal,Proposal,5,2024-12-01,false,false,2024-0" +
            std::to_string(i / 28 + 1) + "-" + day + "T10:00:00Z,u\n";
  }
  for (int i = 0; i < 40; ++i) {
    rows += "b" + std::to_string(i) + ",Old deal,Proposal,5,2024-12-01,false,false," +
            "2024-05-11T02:00:00Z,u\n";
  }
  rows += "t,test 4,Proposal,5,2024-12-01,false,false,2024-02-10T10:00:00Z,u\n";
  Write("o.csv", rows);
  const ImportReport report = MustImport();
  EXPECT_THAT(report.excluded, ElementsAre(Pair("bulk-load", 40), Pair("test-record", 1)));
  EXPECT_THAT(report.bulk_days, ElementsAre("2024-05-11"));
  EXPECT_THAT(store_.Lines("deal/b7 excluded"),
              ElementsAre("deal/b7 excluded 2024-05-11T02:00:00.000Z bulk-load"));
  EXPECT_THAT(store_.Lines("deal/d7 excluded"), IsEmpty());
}

TEST(IsTestName, TellsTestRecordsFromDealsAboutTests) {
  for (const std::string name : {"Test", "test 123", "TEST TEST", "[Dummy]", "asdf",
                                 "Acme - do not use", "Test deal Tom", "please delete"}) {
    EXPECT_TRUE(IsTestName(name)) << name;
  }
  for (const std::string name :
       {"Load test rig", "Testa GmbH", "Contest 2024", "Test bench for Acme", "", "42"}) {
    EXPECT_FALSE(IsTestName(name)) << name;
  }
}

TEST_F(ReconciliationTest, WholeTablesDeleteWhatVanishedAndBringBackWhatReturns) {
  const std::string mapping =
      "name = \"whole\"\n[[file]]\nnoun = \"deal\"\nsnapshot = \"whole\"\n[file.columns]\n"
      "id = \"id\"\ncreated = \"created\"\n";
  UseMapping(mapping);
  const auto import = [this](const std::string& ids, int month) {
    options_.known_at = Milliseconds(2024, static_cast<unsigned>(month), 1);
    std::string text = "id,created\n";
    for (const char id : ids) {
      text += std::string(1, id) + ",2024-01-0" + std::to_string(id - 'a' + 1) + "\n";
    }
    Write("deals.csv", text);
    return MustImport();
  };
  import("abc", 2);
  EXPECT_EQ(import("ac", 3).num_vanished, 1);
  EXPECT_THAT(store_.Lines("deal/b deleted"),
              ElementsAre("deal/b deleted 2024-03-01T00:00:00.000Z 1"));
  EXPECT_EQ(import("abcd", 4).num_vanished, 0);
  EXPECT_THAT(store_.Lines("deal/b deleted"),
              ElementsAre("deal/b deleted 2024-03-01T00:00:00.000Z 1",
                          "deal/b deleted 2024-04-01T00:00:00.000Z 0"));
}

TEST_F(ReconciliationTest, ADryRunSaysExactlyWhatWouldBeNew) {
  options_.known_at = Milliseconds(2024, 3, 1);
  Write("o.csv", kRows +
                     "a,A,Proposal,5,2024-06-30,false,false,2024-01-01T10:00:00Z,u\n"
                     "b,B,Proposal,5,2024-06-30,false,false,2024-02-01T10:00:00Z,u\n");
  MustImport();
  const auto before = store_.lines;
  options_.known_at = Milliseconds(2024, 4, 1);
  options_.dry_run = true;
  Write("o.csv", kRows +
                     "a,A,Proposal,5,2024-06-30,false,false,2024-01-01T10:00:00Z,u\n"
                     "b,B,Proposal,9,2024-06-30,false,false,2024-02-01T10:00:00Z,u\n"
                     "c,C,Proposal,5,2024-06-30,false,false,2024-02-01T10:00:00Z,v\n");
  const ImportReport plan = MustImport();
  EXPECT_EQ(store_.lines, before);
  EXPECT_THAT(plan.new_entities, ElementsAre(Pair("deal", 1), Pair("rep", 1)));
  EXPECT_EQ(plan.new_events.at("deal.created"), 1);
  EXPECT_EQ(plan.new_events.at("deal.amount"), 3) << "c's, and b's as learned and since the change";
  options_.dry_run = false;
  MustImport();
  const std::set<std::string> after(store_.lines.begin(), store_.lines.end());
  const std::set<std::string> old(before.begin(), before.end());
  std::int64_t planned = 0;
  for (const auto& [name, count] : plan.new_events) {
    planned += count;
  }
  EXPECT_EQ(after.size() - old.size(), static_cast<std::size_t>(planned));
}

const std::string kStatesWithPrevious =
    "Id,OpportunityId,CreatedDate,StageName,Amount,CloseDate,PrevAmount,PrevCloseDate\n";

TEST_F(ReconciliationTest, ThePreviousValueOfTheFirstKeptStateStandsSinceTheCreation) {
  Write("o.csv", kRows + "d,A,Proposal,300,2024-09-30,false,false,2024-01-01T10:00:00Z,u\n");
  Write("h.csv", kStatesWithPrevious +
                     "1,d,2024-03-01T10:00:00Z,Proposal,200,2024-06-30,100,\n"
                     "2,d,2024-04-01T10:00:00Z,Proposal,300,2024-09-30,200,2024-06-30\n");
  MustImport();
  EXPECT_THAT(store_.Lines("deal/d amount"),
              ElementsAre("deal/d amount 2024-01-01T10:00:00.000Z 10000",
                          "deal/d amount 2024-03-01T10:00:00.000Z 20000",
                          "deal/d amount 2024-04-01T10:00:00.000Z 30000"));
  // Nothing is told of the date before the first state: it is not made up.
  EXPECT_THAT(store_.Lines("deal/d commit_date"),
              ElementsAre("deal/d commit_date 2024-03-01T10:00:00.000Z 2024-06-30",
                          "deal/d commit_date 2024-04-01T10:00:00.000Z 2024-09-30"));
  EXPECT_THAT(Issues("d"), ElementsAre("history-starts-late"));
}

TEST_F(ReconciliationTest, APreviousValueThatNoStateHasShowsALostChange) {
  Write("o.csv", kRows +
                     "lost,A,Proposal,300,2024-06-30,false,false,2024-01-01T10:00:00Z,u\n"
                     "told,A,Proposal,300,2024-06-30,false,false,2024-01-01T10:00:00Z,u\n"
                     "old,A,Proposal,300,2024-06-30,false,false,2024-01-01T10:00:00Z,u\n");
  Write("h.csv", kStatesWithPrevious +
                     "1,lost,2024-01-01T10:00:00Z,Proposal,100,2024-06-30,,\n"
                     "2,lost,2024-03-01T10:00:00Z,Proposal,300,2024-06-30,200,\n"
                     "3,told,2024-01-01T10:00:00Z,Proposal,100,2024-06-30,,\n"
                     "4,told,2024-03-01T10:00:00Z,Proposal,300,2024-06-30,100,\n"
                     "5,old,2024-01-01T10:00:00Z,Proposal,100,2024-06-30,,\n"
                     "6,old,2024-03-01T10:00:00Z,Proposal,300,2024-06-30,,\n");
  MustImport();
  EXPECT_THAT(Issues("lost"), ElementsAre("missing-change"));
  EXPECT_THAT(Issues("told"), IsEmpty());
  EXPECT_THAT(Issues("old"), IsEmpty());  // from before the columns existed
}

TEST_F(ReconciliationTest, HistoriesThatComeAfterTheRowsBelongToTheKnownDeals) {
  options_.known_at = Milliseconds(2024, 9, 1);
  Write("o.csv", kRows +
                     "open,A,Proposal,300,2024-12-30,false,false,2024-01-01T10:00:00Z,u\n"
                     "won,A,Closed Won,500,2024-05-02,true,true,2024-01-01T10:00:00Z,u\n"
                     "lost,A,Closed Lost,1,2024-05-03,true,false,2024-01-01T10:00:00Z,u\n");
  MustImport();
  std::filesystem::remove(folder_ + "/o.csv");
  options_.known_at = Milliseconds(2024, 9, 2);
  Write("f.csv", kFields +
                     "1,open,2024-01-01T10:00:00Z,created,,\n"
                     "2,open,2024-02-01T10:00:00Z,StageName,Prospecting,Proposal\n"
                     "3,open,2024-02-01T10:00:00Z,Amount,100,300\n"
                     "4,won,2024-03-01T10:00:00Z,StageName,Prospecting,Proposal\n"
                     "5,won,2024-05-02T15:00:00Z,StageName,Proposal,Closed Won\n"
                     "6,lost,2024-05-03T09:00:00Z,StageName,Prospecting,Closed Lost\n"
                     "7,new,2024-05-03T09:00:00Z,StageName,Prospecting,Proposal\n");
  const ImportReport report = MustImport();
  EXPECT_EQ(report.num_deals, 0);
  EXPECT_EQ(report.num_histories, 3);
  EXPECT_THAT(report.warnings, Contains(testing::HasSubstr("1 deals have history, but no row")));
  EXPECT_THAT(store_.Lines("deal/open amount 2024-01-01"),
              Contains("deal/open amount 2024-01-01T10:00:00.000Z 10000"));
  EXPECT_THAT(store_.Lines("deal/open stage 2024-0"),
              ElementsAre("deal/open stage 2024-01-01T10:00:00.000Z Prospecting",
                          "deal/open stage 2024-02-01T10:00:00.000Z Proposal",
                          "deal/open stage 2024-05-03T00:00:00.000Z Proposal"));  // of the row
  // The closed stages are no stages of an open deal, and the outcome is not told twice.
  EXPECT_THAT(store_.Lines("deal/won stage"),
              ElementsAre("deal/won stage 2024-01-01T10:00:00.000Z Prospecting",
                          "deal/won stage 2024-03-01T10:00:00.000Z Proposal"));
  EXPECT_THAT(store_.Lines("deal/won outcome").size(), 1U);
  EXPECT_THAT(store_.Lines("deal/lost stage"),
              ElementsAre("deal/lost stage 2024-01-01T10:00:00.000Z Prospecting"));
}

}  // namespace
}  // namespace ri::ingest
