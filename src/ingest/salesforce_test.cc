// Salesforce exports in every dialect: the same company, written the way each tool writes it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "ingest/import_fixture.h"
#include "ingest/row_values.h"
#include "ingest/salesforce_company.h"

namespace ri::ingest {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class SalesforceTest : public ImportTest {
 protected:
  void WriteCompany(const std::vector<Object>& objects, const Dialect& dialect) {
    for (const Object& object : objects) {
      Write(object.name + ".csv", Render(object, dialect));
    }
  }
};

TEST_F(SalesforceTest, HistoriesAndCurrentRowsBecomeOneStreamOfEvents) {
  WriteCompany(Company(), {});
  const ImportReport report = MustImport();
  EXPECT_EQ(report.mapping, "salesforce");
  EXPECT_EQ(report.num_bad_rows, 0);
  EXPECT_EQ(report.num_deals, 3);
  EXPECT_EQ(report.num_reopened, 1);
  EXPECT_EQ(report.num_born_closed, 1);
  EXPECT_EQ(report.num_disagreements, 0);
  // The latest that happened is the reopening on April 1; the meeting of 2025 is a plan.
  EXPECT_EQ(report.content_time, Milliseconds(2024, 4, 1) + 8 * 3'600'000);
  const std::string d1 = "deal/" + kD1 + " ";
  EXPECT_THAT(store_.Lines(d1),
              UnorderedElementsAre(
                  d1 + "created 2024-01-02T10:00:00.000Z 1",
                  d1 + "name 2024-01-02T10:00:00.000Z M\xC3\xBCller, \"big\" deal",
                  d1 + "account 2024-01-02T10:00:00.000Z " + kAcme,
                  d1 + "type 2024-01-02T10:00:00.000Z New Customer",
                  d1 + "lead_source 2024-01-02T10:00:00.000Z Web",
                  d1 + "Region__c 2024-01-02T10:00:00.000Z North",
                  d1 + "Score__c 2024-01-02T10:00:00.000Z 3.500000",
                  d1 + "stage 2024-01-02T10:00:00.000Z Prospecting",
                  d1 + "amount 2024-01-02T10:00:00.000Z 100000",
                  d1 + "commit_date 2024-01-02T10:00:00.000Z 2024-02-28",
                  d1 + "forecast_category 2024-01-02T10:00:00.000Z Pipeline",
                  d1 + "crm_probability 2024-01-02T10:00:00.000Z 0.100000",
                  d1 + "owner 2024-01-02T10:00:00.000Z " + kTom,
                  d1 + "stage 2024-02-10T09:00:00.000Z Proposal",
                  d1 + "amount 2024-02-10T09:00:00.000Z 120050",
                  d1 + "commit_date 2024-02-10T09:00:00.000Z 2024-03-31",
                  d1 + "forecast_category 2024-02-10T09:00:00.000Z Best Case",
                  d1 + "crm_probability 2024-02-10T09:00:00.000Z 0.500000",
                  d1 + "owner 2024-02-15T09:00:00.000Z " + kAnn,
                  d1 + "outcome 2024-03-20T12:00:00.000Z won",
                  d1 + "closed_amount 2024-03-20T12:00:00.000Z 120050",
                  d1 + "contact_role 2024-01-20T10:00:00.000Z " + kContact,
                  d1 + "contact_role_name 2024-01-20T10:00:00.000Z Decision Maker",
                  d1 + "activity.email_out 2024-01-10T00:00:00.000Z " + kContact +
                      " recorded 2024-01-10T15:00:00.000Z",
                  d1 + "activity.email_in 2024-01-11T08:00:00.000Z " + kContact +
                      " recorded 2024-01-11T08:00:00.000Z",
                  d1 + "activity.meeting_planned 2024-01-15T10:00:00.000Z 2024-01-25T10:00:00.000Z "
                       "recorded 2024-01-15T10:00:00.000Z",
                  d1 + "activity.meeting 2024-01-25T10:00:00.000Z " + kContact +
                      " recorded 2024-01-15T10:00:00.000Z"));
}

TEST_F(SalesforceTest, AReopenedDealHasAnOpenOutcomeAndItsNewState) {
  WriteCompany(Company(), {});
  MustImport();
  const std::string d2 = "deal/" + kD2 + " ";
  EXPECT_THAT(store_.Lines(d2 + "outcome"),
              ElementsAre(d2 + "outcome 2024-02-01T09:00:00.000Z lost",
                          d2 + "outcome 2024-04-01T08:00:00.000Z open"));
  EXPECT_THAT(store_.Lines(d2 + "commit_date"),
              ElementsAre(d2 + "commit_date 2024-01-05T09:00:00.000Z 2024-03-31",
                          d2 + "commit_date 2024-04-01T08:00:00.000Z 2024-06-30"));
  EXPECT_THAT(store_.Lines(d2 + "Region__c"),
              ElementsAre(d2 + "Region__c 2024-01-05T09:00:00.000Z East",
                          d2 + "Region__c 2024-03-01T09:00:00.000Z South"));
  // No history of the next step exists: it is true at the export, and says nothing of before.
  EXPECT_THAT(store_.Lines(d2 + "next_step"),
              ElementsAre(d2 + "next_step 2024-04-01T08:00:00.000Z Call back"));
  EXPECT_THAT(store_.Lines(d2 + "activity"),
              UnorderedElementsAre(
                  d2 + "activity.call 2024-01-12T11:00:00.000Z (none) recorded "
                       "2024-01-12T11:05:00.000Z",
                  d2 + "activity.meeting_planned 2024-03-15T10:00:00.000Z 2025-01-25T10:00:00.000Z "
                       "recorded 2024-03-15T10:00:00.000Z"));
}

TEST_F(SalesforceTest, ADealCreatedClosedIsMarked) {
  WriteCompany(Company(), {});
  MustImport();
  const std::string d3 = "deal/" + kD3 + " ";
  EXPECT_THAT(store_.Lines(d3 + "excluded"),
              ElementsAre(d3 + "excluded 2024-02-01T08:00:00.000Z born-closed"));
  EXPECT_THAT(store_.Lines(d3 + "outcome"),
              ElementsAre(d3 + "outcome 2024-02-01T08:00:00.000Z lost"));
}

TEST_F(SalesforceTest, PeopleAccountsAndQuotasAreRead) {
  WriteCompany(Company(), {});
  MustImport();
  EXPECT_THAT(store_.Lines("account/" + kAcme + " industry"),
              ElementsAre("account/" + kAcme + " industry 1970-01-01T00:00:00.000Z Machinery"));
  EXPECT_THAT(store_.Lines("rep/" + kAnn + " manager"),
              ElementsAre("rep/" + kAnn + " manager 1970-01-01T00:00:00.000Z " + kTom));
  EXPECT_THAT(store_.Lines("team/00EA000000AbCd1MAF parent"),
              ElementsAre("team/00EA000000AbCd1MAF parent 1970-01-01T00:00:00.000Z "
                          "00EA000000AbCd2MAF"));
  const std::string quota = "quota/" + kTom + "/2024-01-01 ";
  EXPECT_THAT(store_.Lines(quota),
              UnorderedElementsAre(quota + "quota_owner 2023-12-01T00:00:00.000Z " + kTom,
                                   quota + "quota_amount 2023-12-01T00:00:00.000Z 9000000",
                                   quota + "period_begin 2023-12-01T00:00:00.000Z 2024-01-01",
                                   quota + "period_end 2023-12-01T00:00:00.000Z 2024-04-01"));
}

TEST_F(SalesforceTest, ValuesThatOnlyTheExportKnowsAreNotImported) {
  WriteCompany(Company(), {});
  MustImport();
  for (const std::string& line : store_.lines) {
    EXPECT_THAT(line, testing::Not(HasSubstr("AgeInDays")));
    EXPECT_THAT(line, testing::Not(HasSubstr("Loss_Reason__c")));
  }
}

TEST_F(SalesforceTest, EveryDialectGivesTheSameEvents) {
  const std::vector<Dialect> dialects = {
      {.name = "data loader", .line_end = "\r\n"},
      {.name = "data loader, capitals and mark", .upper_case_header = true, .bom = true},
      {.name = "bulk, tab", .delimiter = '\t', .quote_all = false},
      {.name = "bulk, pipe", .delimiter = '|', .quote_all = false},
      {.name = "bulk, caret", .delimiter = '^'},
      {.name = "bulk, backquote", .delimiter = '`'},
      {.name = "bulk, semicolon", .delimiter = ';', .line_end = "\r\n"},
      {.name = "command line", .quote_all = false, .time_form = "+0000"},
      {.name = "weekly export", .time_form = "space", .latin1 = true},
      {.name = "short ids", .short_ids = true},
  };
  WriteCompany(Company(), {});
  MustImport();
  const auto expected = store_.lines;
  ASSERT_THAT(expected, testing::Not(IsEmpty()));
  for (const Dialect& dialect : dialects) {
    store_ = RecordingStore();
    WriteCompany(Company(), dialect);
    const ImportReport report = MustImport();
    EXPECT_EQ(report.num_bad_rows, 0) << dialect.name;
    EXPECT_THAT(store_.lines, testing::ContainerEq(expected)) << dialect.name;
  }
}

TEST_F(SalesforceTest, TheOrderOfRowsDoesNotMatter) {
  WriteCompany(Company(), {});
  MustImport();
  const auto expected = store_.lines;
  const auto sequences = store_.sequences;
  std::mt19937 random(11);
  for (int round = 0; round < 20; ++round) {
    std::vector<Object> company = Company();
    for (Object& object : company) {
      std::shuffle(object.rows.begin() + 1, object.rows.end(), random);
    }
    store_ = RecordingStore();
    WriteCompany(company, {});
    MustImport();
    EXPECT_TRUE(store_.lines == expected);
    EXPECT_TRUE(store_.sequences == sequences);
  }
}

TEST_F(SalesforceTest, WithoutHistoryTheStageOfAClosedDealIsNeverAnEvent) {
  std::vector<Object> company = Company();
  company.resize(1);
  WriteCompany(company, {});
  MustImport();
  EXPECT_THAT(store_.Lines("deal/" + kD1 + " stage"), IsEmpty());
  EXPECT_THAT(store_.Lines("deal/" + kD1 + " commit_date"), IsEmpty());
  EXPECT_THAT(store_.Lines("deal/" + kD1 + " outcome"),
              ElementsAre("deal/" + kD1 + " outcome 2024-03-20T00:00:00.000Z won"));
  EXPECT_THAT(store_.Lines("deal/" + kD2 + " stage"),
              ElementsAre("deal/" + kD2 + " stage 2024-03-20T00:00:00.000Z Proposal"));
}

TEST_F(SalesforceTest, FieldHistoryServesWhenThereIsNoStageHistory) {
  std::vector<Object> company = Company();
  std::erase_if(company, [](const Object& object) { return object.name == "OpportunityHistory"; });
  WriteCompany(company, {});
  MustImport();
  EXPECT_THAT(store_.Lines("deal/" + kD1 + " stage"),
              ElementsAre("deal/" + kD1 + " stage 2024-01-02T10:00:00.000Z Prospecting",
                          "deal/" + kD1 + " stage 2024-02-10T09:00:00.000Z Proposal"));
  // The history was cut before the closing: the row's own closing date is all there is.
  EXPECT_THAT(store_.Lines("deal/" + kD1 + " outcome"),
              ElementsAre("deal/" + kD1 + " outcome 2024-03-20T00:00:00.000Z won"));
}

TEST(CanonicalSalesforceId, AddsTheCheckCharactersOfTheLongForm) {
  // The first pair is a known one; the others follow from which letters are capitals.
  EXPECT_EQ(CanonicalSalesforceId("001A0000006Vm9r"), "001A0000006Vm9rIAC");
  EXPECT_EQ(CanonicalSalesforceId("006A000000AbCdE"), kD1);
  EXPECT_EQ(CanonicalSalesforceId("not an id"), "not an id");
  EXPECT_LT(SequenceOf("008A000000AbCd1IAV"), SequenceOf("008A000000AbCd2IAV"));
  EXPECT_EQ(SequenceOf("42"), 42);
}

}  // namespace
}  // namespace ri::ingest
