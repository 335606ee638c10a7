#pragma once

/// A small company for tests, as the objects of Salesforce hold it and as each tool writes them.

#include <algorithm>
#include <string>
#include <vector>

namespace ri::ingest {

using Cells = std::vector<std::string>;
struct Object {
  std::string name;
  std::vector<Cells> rows;  ///< the first one is the header
};

// Three deals: D1 is won after a push, D2 is lost, reopened and still open, D3 was created closed.
inline const std::string kD1 = "006A000000AbCdEIAV";
inline const std::string kD2 = "006A000000AbCdFIAV";
inline const std::string kD3 = "006A000000AbCdGIAV";
inline const std::string kTom = "005A000000AbCdEIAV";
inline const std::string kAnn = "005A000000AbCdFIAV";
inline const std::string kAcme = "001A000000AbCdEIAV";
inline const std::string kContact = "003A000000AbCdEIAV";

inline std::vector<Object> Company() {
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

inline std::string Render(const Object& object, const Dialect& dialect) {
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

}  // namespace ri::ingest
