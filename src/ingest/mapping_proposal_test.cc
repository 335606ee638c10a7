#include "ingest/mapping_proposal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/import_fixture.h"

namespace ri::ingest {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class ProposeMappingTest : public ImportTest {
 protected:
  std::string Propose(const std::string& path) {
    const auto text = ProposeMapping(path);
    EXPECT_TRUE(text.has_value()) << (text ? "" : text.error().ToString());
    return text ? text->text : "";
  }
};

TEST_F(ProposeMappingTest, FindsWhatAnExportSaysByNamesAndValues) {
  const std::string path = Write(
      "our_deals.csv",
      "Deal Number;Deal Owner;Customer;Opened;Closed;Result;Deal Value;Segment;Comment;Empty\n"
      "7;Tom;Acme;31/01/2024;12/02/2024;Won;1.000,50;A;;\n"
      "8;Ann;Bolt;01/02/2024;;Pending;500;B;;\n"
      "9;Ann;Bolt;03/02/2024;05/03/2024;Lost;250;B;;\n");
  const std::string text = Propose(path);
  for (const std::string line :
       {"id = \"Deal Number\"", "owner = \"Deal Owner\"", "account = \"Customer\"",
        "created = \"Opened\"", "closed = \"Closed\"", "outcome = \"Result\"", "won = [\"Won\"]",
        "lost = [\"Lost\"]", "open = [\"Pending\"]", "amount = \"Deal Value\"",
        "date_order = \"day_first\"", "\"Segment\" = \"category\"",
        "ignore = [\"Comment\", \"Empty\"]"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  UseMapping(text);
  const ImportReport report = MustImport();
  EXPECT_EQ(report.num_deals, 3);
  EXPECT_EQ(report.num_won, 1);
  EXPECT_EQ(report.num_open, 1);
  EXPECT_EQ(report.num_bad_rows, 0);
}

TEST_F(ProposeMappingTest, SaysWhenDatesOrOutcomesAreMissingOrUnclear) {
  const std::string no_dates = Propose(Write("a.csv", "color,size\nred,1\nred,1\n"));
  EXPECT_THAT(no_dates, HasSubstr("order = \"rows\""));
  EXPECT_THAT(no_dates, HasSubstr("row_number = true"));
  EXPECT_THAT(no_dates, HasSubstr("all count as open"));
  const std::string unclear = Propose(Write("b.csv", "id,created\n1,02/03/2024\n2,04/05/2024\n"));
  EXPECT_THAT(unclear, HasSubstr("can be read both ways"));
}

TEST_F(ProposeMappingTest, TakesKindsIndicesAndKeysForWhatTheyAre) {
  std::string rows = "key,client,has_company,seller_id,price index,deal price,status\n";
  for (int i = 0; i < 200; ++i) {
    const std::string n = std::to_string(i);
    rows += "K" + n + "," + (i % 3 == 0 ? "New" : "Existing") + "," + (i % 2 == 0 ? "yes" : "no") +
            ",S" + n + ",93.2," + n + "00," + (i % 2 == 0 ? "Won" : "Lost") + "\n";
  }
  const std::string text = Propose(Write("kinds.csv", rows));
  EXPECT_THAT(text, Not(HasSubstr("account = ")));  // two kinds of clients are no accounts
  EXPECT_THAT(text, Not(HasSubstr("owner = ")));    // one seller per deal is a key
  EXPECT_THAT(text, HasSubstr("amount = \"deal price\""));
  EXPECT_THAT(text, HasSubstr("\"price index\" = \"number\""));
  EXPECT_THAT(text, HasSubstr("per_day = 1\n"));  // 200 rows are not one week
}

TEST_F(ProposeMappingTest, ALongFileIsDatedByAllOfItsRows) {
  std::string rows = "key,kind,status\n";
  for (int i = 0; i < 73'000; ++i) {
    rows +=
        "K" + std::to_string(i) + (i % 3 == 0 ? ",a," : ",b,") + (i % 2 == 0 ? "Won\n" : "Lost\n");
  }
  EXPECT_THAT(Propose(Write("long.csv", rows)), HasSubstr("per_day = 100\n"));  // two years of days
}

TEST_F(ProposeMappingTest, IsAcceptedForEveryPublicDataSet) {
  const std::string data = std::string(RI_SOURCE_DIR) + "/../shared/data/";
  if (!std::filesystem::exists(data)) {
    GTEST_SKIP() << "the public data sets are not on this machine";
  }
  options_.dry_run = true;
  for (const std::string file :
       {"frio-frio/opportunities.csv", "bpic2012-loans/cases.csv", "maven-crm/sales_pipeline.csv",
        "ibm-sales-win-loss/sales_win_loss.csv.gz", "salvirt-b2b/Salvirt_B2B_ML_dataset.csv",
        "x-education-leads/Leads.csv", "bank-marketing/bank-additional-full.csv.gz",
        "olist-funnel/olist_marketing_qualified_leads_dataset.csv"}) {
    UseMapping(Propose(data + file));
    const auto report = Import(data + file);
    // Maven's deals without any date are for a person to decide; the refusal says how.
    if (!report) {
      EXPECT_THAT(report.error().message(), HasSubstr("created_when_missing")) << file;
      EXPECT_THAT(file, HasSubstr("maven"));
      continue;
    }
    EXPECT_GT(report->num_deals, 0) << file;
    EXPECT_LT(report->num_bad_rows * 100, report->num_rows) << file;
  }
}

TEST_F(ProposeMappingTest, NoIsNotLostWhileADealHasNoClosingDate) {
  std::string rows = "Deal,Created,Close Date,Stage,Converted,Amount\n";
  for (int i = 0; i < 60; ++i) {
    const std::string n = std::to_string(i);
    const bool open = i % 3 == 0;
    const std::string day = (i % 28 < 9 ? "0" : "") + std::to_string(i % 28 + 1);
    rows += "D" + n + ",2024-01-" + day + "," + (open ? "" : "2024-03-" + day) + "," +
            (open ? "Proposal" : "Closed") + "," + (i % 3 == 1 ? "Yes" : "No") + "," + n + "00\n";
  }
  const auto proposal = ProposeMapping(Write("deals.csv", rows));
  ASSERT_TRUE(proposal.has_value()) << proposal.error().ToString();
  EXPECT_THAT(proposal->text, HasSubstr("open_when = { \"Close Date\" = [\"\"] }"));
  EXPECT_THAT(proposal->questions,
              Contains(HasSubstr("20 of the 40 deals that are not won have no \"Close Date\"")));
  UseMapping(proposal->text);
  const ImportReport report = MustImport();
  EXPECT_EQ(report.num_won, 20);
  EXPECT_EQ(report.num_lost, 20);
  EXPECT_EQ(report.num_open, 20);
}

TEST_F(ProposeMappingTest, NoIsNotLostWhileADealIsInAnEarlierStage) {
  std::string rows = "Deal,Created,Sales Stage,Won,Amount\n";
  for (int i = 0; i < 60; ++i) {
    const std::string n = std::to_string(i);
    const std::string day = (i % 28 < 9 ? "0" : "") + std::to_string(i % 28 + 1);
    rows += "D" + n + ",2024-01-" + day + "," +
            (i % 3 != 0   ? "Finished"
             : i % 2 == 0 ? "Offer"
                          : "Talks") +
            "," + (i % 3 == 1 ? "1" : "0") + "," + n + "00\n";
  }
  UseMapping(Propose(Write("deals.csv", rows)));
  const ImportReport report = MustImport();
  EXPECT_EQ(report.num_won, 20);
  EXPECT_EQ(report.num_lost, 20);
  EXPECT_EQ(report.num_open, 20);
}

TEST_F(ProposeMappingTest, NoIsLostInATableOfClosedDeals) {
  std::string rows = "Deal,Created,Close Date,Stage at close,Won,Amount\n";
  for (int i = 0; i < 60; ++i) {
    const std::string n = std::to_string(i);
    const std::string day = (i % 28 < 9 ? "0" : "") + std::to_string(i % 28 + 1);
    rows += "D" + n + ",2024-01-" + day + ",2024-03-" + day + "," +
            (i % 3 == 1   ? "Contract"
             : i % 2 == 0 ? "Offer"
                          : "Talks") +
            "," + (i % 3 == 1 ? "Yes" : "No") + "," + n + "00\n";
  }
  const std::string text = Propose(Write("deals.csv", rows));
  EXPECT_THAT(text, Not(HasSubstr("open_when")));
}

}  // namespace
}  // namespace ri::ingest
