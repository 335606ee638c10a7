// Salesforce exports in every dialect: the same company, written the way each tool writes it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "ingest/import_fixture.h"
#include "ingest/row_values.h"

namespace ri::ingest {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

using Cells = std::vector<std::string>;
struct Object {
  std::string name;
  std::vector<Cells> rows;  ///< the first one is the header
};

// Three deals: D1 is won after a push, D2 is lost, reopened and still open, D3 was created closed.
const std::string kD1 = "006A000000AbCdEIAV";
const std::string kD2 = "006A000000AbCdFIAV";
const std::string kD3 = "006A000000AbCdGIAV";
const std::string kTom = "005A000000AbCdEIAV";
const std::string kAnn = "005A000000AbCdFIAV";
const std::string kAcme = "001A000000AbCdEIAV";
const std::string kContact = "003A000000AbCdEIAV";

std::vector<Object> Company() {
  return {
      {"Opportunity",
       {{"Id",
         "IsDeleted",
         "AccountId",
         "Name",
         "StageName",
         "Amount",
         "Probability",
         "CloseDate",
         "Type",
         "NextStep",
         "LeadSource",
         "IsClosed",
         "IsWon",
         "ForecastCategory",
         "ForecastCategoryName",
         "OwnerId",
         "CreatedDate",
         "SystemModstamp",
         "AgeInDays",
         "Region__c",
         "Score__c",
         "Loss_Reason__c"},
        {kD1,
         "false",
         kAcme,
         "M\xC3\xBCller, \"big\" deal",
         "Closed Won",
         "1200.5",
         "100",
         "2024-03-20",
         "New Customer",
         "",
         "Web",
         "true",
         "true",
         "Closed",
         "Closed",
         kAnn,
         "2024-01-02T10:00:00.000Z",
         "2024-03-20T12:00:00.000Z",
         "78",
         "North",
         "3.5",
         ""},
        {kD2,
         "false",
         kAcme,
         "two\nlines",
         "Proposal",
         "500",
         "50",
         "2024-06-30",
         "",
         "Call back",
         "",
         "false",
         "false",
         "Forecast",
         "Commit",
         kTom,
         "2024-01-05T09:00:00.000Z",
         "2024-04-01T08:00:00.000Z",
         "90",
         "South",
         "",
         ""},
        {kD3,
         "false",
         "",
         "Paper",
         "Closed Lost",
         "",
         "0",
         "2024-02-01",
         "",
         "",
         "",
         "true",
         "false",
         "Omitted",
         "Omitted",
         kTom,
         "2024-02-01T08:00:00.000Z",
         "2024-02-01T08:00:00.000Z",
         "0",
         "South",
         "",
         "Price"}}},
      {"OpportunityHistory",
       {{"Id", "OpportunityId", "CreatedById", "CreatedDate", "StageName", "Amount",
         "ExpectedRevenue", "CloseDate", "Probability", "ForecastCategory", "IsDeleted",
         "SystemModstamp"},
        {"008A000000AbCd1IAV", kD1, kTom, "2024-01-02T10:00:00.000Z", "Prospecting", "1000", "100",
         "2024-02-28", "10", "Pipeline", "false", "2024-02-10T09:00:00.000Z"},
        {"008A000000AbCd2IAV", kD1, kTom, "2024-02-10T09:00:00.000Z", "Proposal", "1200.5", "600",
         "2024-03-31", "50", "BestCase", "false", "2024-03-20T12:00:00.000Z"},
        {"008A000000AbCd3IAV", kD1, kTom, "2024-03-20T12:00:00.000Z", "Closed Won", "1200.5",
         "1200.5", "2024-03-20", "100", "Closed", "false", "2024-03-20T12:00:00.000Z"},
        {"008A000000AbCd4IAV", kD2, kTom, "2024-01-05T09:00:00.000Z", "Prospecting", "500", "50",
         "2024-03-31", "10", "Pipeline", "false", "2024-02-01T09:00:00.000Z"},
        {"008A000000AbCd5IAV", kD2, kTom, "2024-02-01T09:00:00.000Z", "Closed Lost", "500", "0",
         "2024-02-01", "0", "Omitted", "false", "2024-04-01T08:00:00.000Z"},
        {"008A000000AbCd6IAV", kD2, kTom, "2024-04-01T08:00:00.000Z", "Proposal", "500", "250",
         "2024-06-30", "50", "Forecast", "false", "2024-04-01T08:00:00.000Z"},
        {"008A000000AbCd7IAV", kD3, kTom, "2024-02-01T08:00:00.000Z", "Closed Lost", "", "",
         "2024-02-01", "0", "Omitted", "false", "2024-02-01T08:00:00.000Z"}}},
      {"OpportunityFieldHistory",
       {{"Id", "IsDeleted", "OpportunityId", "CreatedById", "CreatedDate", "Field", "DataType",
         "OldValue", "NewValue"},
        {"017A000000AbCd1IAV", "false", kD1, kTom, "2024-01-02T10:00:00.000Z", "created", "Text",
         "", ""},
        {"017A000000AbCd2IAV", "false", kD1, kTom, "2024-02-15T09:00:00.000Z", "Owner", "Text",
         "Tom Fox", "Ann Bee"},
        {"017A000000AbCd3IAV", "false", kD1, kTom, "2024-02-15T09:00:00.000Z", "Owner", "EntityId",
         kTom, kAnn},
        {"017A000000AbCd4IAV", "false", kD1, kTom, "2024-02-10T09:00:00.000Z", "StageName",
         "DynamicEnum", "Prospecting", "Proposal"},
        {"017A000000AbCd5IAV", "false", kD2, kTom, "2024-03-01T09:00:00.000Z", "Region__c", "Text",
         "East", "South"}}},
      {"OpportunityContactRole",
       {{"Id", "OpportunityId", "ContactId", "Role", "IsPrimary", "CreatedDate", "IsDeleted"},
        {"00KA000000AbCd1IAV", kD1, kContact, "Decision Maker", "true", "2024-01-20T10:00:00.000Z",
         "false"}}},
      {"OpportunityStage",
       {{"Id", "MasterLabel", "ApiName", "IsActive", "SortOrder", "IsClosed", "IsWon",
         "DefaultProbability"},
        {"01JA000000AbCd1IAV", "Prospecting", "Prospecting", "true", "1", "false", "false", "10"},
        {"01JA000000AbCd2IAV", "Proposal", "Proposal", "true", "2", "false", "false", "50"},
        {"01JA000000AbCd3IAV", "Closed Won", "Closed Won", "true", "3", "true", "true", "100"},
        {"01JA000000AbCd4IAV", "Closed Lost", "Closed Lost", "true", "4", "true", "false", "0"}}},
      {"Task",
       {{"Id", "WhoId", "WhatId", "AccountId", "OwnerId", "Subject", "ActivityDate", "Status",
         "TaskSubtype", "Type", "CompletedDateTime", "IsDeleted", "CreatedDate"},
        {"00TA000000AbCd1IAV", kContact, kD1, kAcme, kTom, "Email: hello", "2024-01-10",
         "Completed", "Email", "", "", "false", "2024-01-10T15:00:00.000Z"},
        {"00TA000000AbCd2IAV", kContact, kD1, kAcme, kTom, "Re: hello", "2024-01-11", "Completed",
         "Email", "Inbound Email", "2024-01-11T08:00:00.000Z", "false", "2024-01-11T08:00:00.000Z"},
        {"00TA000000AbCd3IAV", "", kD2, kAcme, kTom, "Call", "2024-01-12", "Completed", "Call", "",
         "2024-01-12T11:00:00.000Z", "false", "2024-01-12T11:05:00.000Z"},
        {"00TA000000AbCd4IAV", "", kD2, kAcme, kTom, "To do", "2024-05-12", "Not Started", "Task",
         "", "", "false", "2024-01-12T11:05:00.000Z"},
        {"00TA000000AbCd5IAV", "", kAcme, kAcme, kTom, "Not about a deal", "2024-01-12",
         "Completed", "Task", "", "2024-01-12T11:00:00.000Z", "false",
         "2024-01-12T11:00:00.000Z"}}},
      {"Event",
       {{"Id", "WhoId", "WhatId", "Subject", "StartDateTime", "EndDateTime", "ActivityDate",
         "IsDeleted", "CreatedDate"},
        {"00UA000000AbCd1IAV", kContact, kD1, "Demo", "2024-01-25T10:00:00.000Z",
         "2024-01-25T11:00:00.000Z", "2024-01-25", "false", "2024-01-15T10:00:00.000Z"},
        {"00UA000000AbCd2IAV", "", kD2, "Next year", "2025-01-25T10:00:00.000Z",
         "2025-01-25T11:00:00.000Z", "2025-01-25", "false", "2024-03-15T10:00:00.000Z"}}},
      {"Account",
       {{"Id", "Name", "Type", "ParentId", "BillingCountry", "Industry", "AnnualRevenue",
         "NumberOfEmployees", "CreatedDate"},
        {kAcme, "Acme", "Customer", "", "Germany", "Machinery", "1000000", "120",
         "2020-01-01T00:00:00.000Z"}}},
      {"User",
       {{"Id", "Username", "Name", "IsActive", "UserRoleId", "ManagerId"},
        {kTom, "tom@example.com", "Tom Fox", "true", "00EA000000AbCd1MAF", ""},
        {kAnn, "ann@example.com", "Ann Bee", "false", "00EA000000AbCd1MAF", kTom}}},
      {"UserRole",
       {{"Id", "Name", "ParentRoleId"},
        {"00EA000000AbCd1MAF", "Sales North", "00EA000000AbCd2MAF"},
        {"00EA000000AbCd2MAF", "Sales", ""}}},
      {"ForecastingQuota",
       {{"Id", "QuotaOwnerId", "QuotaAmount", "StartDate", "CreatedDate"},
        {"0J9A000000AbCd1IAV", kTom, "90000", "2024-01-01", "2023-12-01T00:00:00.000Z"},
        {"0J9A000000AbCd2IAV", kTom, "95000", "2024-04-01", "2023-12-01T00:00:00.000Z"}}},
  };
}

struct Dialect {
  std::string name;
  char delimiter = ',';
  std::string line_end = "\n";
  bool quote_all = true;
  bool upper_case_header = false;
  std::string time_form = "Z";  ///< "Z", "+0000" or "space"
  bool bom = false;
  bool latin1 = false;
  bool short_ids = false;
  bool line_breaks_kept = true;
};

std::string Render(const Object& object, const Dialect& dialect) {
  std::string text = dialect.bom ? "\xEF\xBB\xBF" : "";
  for (std::size_t i = 0; i < object.rows.size(); ++i) {
    for (std::size_t j = 0; j < object.rows[i].size(); ++j) {
      std::string cell = object.rows[i][j];
      if (i == 0 && dialect.upper_case_header) {
        std::ranges::transform(cell, cell.begin(), [](char c) {
          return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        });
      }
      if (cell.ends_with(".000Z") && dialect.time_form != "Z") {
        cell = cell.substr(0, 19) + (dialect.time_form == "+0000" ? ".000+0000" : "");
        if (dialect.time_form == "space") {
          cell[10] = ' ';
        }
      }
      if (dialect.short_ids && cell.size() == 18 &&
          (cell.ends_with("IAV") || cell.ends_with("MAF"))) {
        cell.resize(15);
      }
      if (!dialect.line_breaks_kept) {
        std::ranges::replace(cell, '\n', ' ');
      }
      const bool quote =
          dialect.quote_all ||
          cell.find_first_of("\"\n\r" + std::string(1, dialect.delimiter)) != std::string::npos;
      std::string written;
      for (const char c : cell) {
        written += c == '"' && quote ? "\"\"" : std::string(1, c);
      }
      text += (j > 0 ? std::string(1, dialect.delimiter) : "") + (quote ? "\"" : "") + written +
              (quote ? "\"" : "");
    }
    text += dialect.line_end;
  }
  if (dialect.latin1) {
    const std::size_t at = text.find("\xC3\xBC");
    if (at != std::string::npos) {
      text.replace(at, 2, "\xFC");
    }
  }
  return text;
}

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
    std::multiset<std::string> lines = store_.lines;
    if (dialect.upper_case_header) {  // the customer's own columns keep the name the file gives
      std::multiset<std::string> renamed;
      for (std::string line : lines) {
        for (const std::string name : {"Region__c", "Score__c"}) {
          std::string upper = name;
          std::ranges::transform(upper, upper.begin(), [](char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
          });
          if (const std::size_t at = line.find(upper); at != std::string::npos) {
            line.replace(at, upper.size(), name);
          }
        }
        renamed.insert(line);
      }
      lines = renamed;
    }
    EXPECT_THAT(lines, testing::ContainerEq(expected)) << dialect.name;
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
