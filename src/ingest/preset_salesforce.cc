#include "ingest/presets.h"

namespace ri::ingest {

const std::string_view kSalesforcePreset =
    R"toml(# Salesforce objects as the Data Loader, Bulk API 2.0, the command-line client and the weekly export
# write them. Column names are compared without case.
name = "salesforce"
ids = "salesforce"

[[file]]
noun = "stage_history"
headers = ["OpportunityId", "StageName", "CreatedDate", "CloseDate"]
optional = true
ignore = [
  "CreatedById", "ExpectedRevenue", "SystemModstamp", "PrevForecastUpdate", "ForecastCategoryName",
]
[file.columns]
deal = "OpportunityId"
time = "CreatedDate"
stage = "StageName"
amount = "Amount"
currency = "CurrencyIsoCode"
commit_date = "CloseDate"
forecast_category = ["ForecastCategoryName", "ForecastCategory"]
probability = { column = "Probability", scale = 0.01 }
sequence = "Id"
deleted = "IsDeleted"
previous_amount = "PrevAmount"
previous_commit_date = "PrevCloseDate"
previous_stage = ["PreviousOpportunityStageName", "FromOpportunityStageName"]
previous_forecast_category = ["PreviousForecastCategoryName", "FromForecastCategory"]
[file.values.ForecastCategory]
Forecast = "Commit"
BestCase = "Best Case"
MostLikely = "Most Likely"
[file.values.FromForecastCategory]
Forecast = "Commit"
BestCase = "Best Case"
MostLikely = "Most Likely"

[[file]]
noun = "deal"
headers = ["Id", "StageName", "CloseDate", "CreatedDate"]
optional = true
# Computed at the export, or shadows of other columns: they tell the present, not the past.
never_use = [
  "ExpectedRevenue", "AgeInDays", "LastActivityInDays", "LastStageChangeInDays", "LastStageChangeDate",
  "HasOpenActivity", "HasOverdueTask", "IqScore", "PushCount", "LastActivityDate", "Fiscal*",
  "LastAmountChangedHistoryId", "LastCloseDateChangedHistoryId",
  "*Loss*Reason*", "*Lost*Reason*", "*Win*Reason*", "*Won*Reason*", "*Closed*Reason*",
]
ignore = [
  "LastViewedDate", "LastReferencedDate", "LastModifiedById", "CreatedById", "Description",
  "RecordTypeId", "CampaignId", "Pricebook2Id", "Territory2Id", "ContactId", "ContractId",
  "PartnerAccountId", "SyncedQuoteId", "IsPrivate", "IsSplit", "IsPriorityRecord",
  "HasOpportunityLineItem", "TotalOpportunityQuantity", "IsExcludedFromTerritory2Filter",
  "ForecastCategory", "ForecastCategoryName", "LastModifiedDate", "SystemModstamp",
  "*.totalSize", "*.done", "*.records.*", "Owner.*", "Account.*",
]
[file.columns]
id = "Id"
name = "Name"
created = "CreatedDate"
closed = "CloseDate"
is_closed = "IsClosed"
is_won = "IsWon"
stage = "StageName"
amount = "Amount"
currency = "CurrencyIsoCode"
commit_date = "CloseDate"
forecast_category = ["ForecastCategoryName", "ForecastCategory"]
probability = { column = "Probability", scale = 0.01 }
owner = "OwnerId"
account = "AccountId"
type = "Type"
lead_source = "LeadSource"
next_step = "NextStep"
deleted = "IsDeleted"
modified = ["SystemModstamp", "LastModifiedDate"]
[file.custom]
"*__c" = "infer"
[file.values.ForecastCategory]
Forecast = "Commit"
BestCase = "Best Case"
MostLikely = "Most Likely"

[[file]]
noun = "field_history"
headers = ["OpportunityId", "Field", "NewValue", "CreatedDate"]
optional = true
ignore = ["CreatedById", "DataType"]
[file.columns]
deal = "OpportunityId"
time = "CreatedDate"
field = "Field"
old_value = "OldValue"
new_value = "NewValue"
sequence = "Id"
deleted = "IsDeleted"
[file.fields]
StageName = "stage"
Amount = "amount"
CloseDate = "commit_date"
ForecastCategoryName = "forecast_category"
Probability = "probability"
Owner = "owner"
OwnerId = "owner"
Account = "account"
AccountId = "account"
NextStep = "next_step"
Type = "type"
LeadSource = "lead_source"
CurrencyIsoCode = "currency"
Name = "name"

[[file]]
noun = "contact_role"
headers = ["OpportunityId", "ContactId", "CreatedDate"]
optional = true
ignore = ["CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp", "IsPrimary", "CurrencyIsoCode"]
[file.columns]
deal = "OpportunityId"
contact = "ContactId"
role = "Role"
time = "CreatedDate"
sequence = "Id"
deleted = "IsDeleted"

[[file]]
noun = "line_item"
headers = ["OpportunityId", "UnitPrice|TotalPrice"]
optional = true
ignore = ["*"]
[file.columns]
id = "Id"
deal = "OpportunityId"
name = "Name"
product = ["ProductCode", "Product2Id"]
quantity = "Quantity"
price = "UnitPrice"
amount = "TotalPrice"
discount = "Discount"
currency = "CurrencyIsoCode"
begin = "ServiceDate"
time = "CreatedDate"
deleted = "IsDeleted"
modified = ["SystemModstamp", "LastModifiedDate"]

[[file]]
noun = "split"
headers = ["OpportunityId", "SplitOwnerId"]
optional = true
ignore = ["*"]
[file.columns]
id = "Id"
deal = "OpportunityId"
owner = "SplitOwnerId"
type = "SplitTypeId"
percent = "SplitPercentage"
amount = "SplitAmount"
currency = "CurrencyIsoCode"
time = "CreatedDate"
deleted = "IsDeleted"
modified = ["SystemModstamp", "LastModifiedDate"]

# Already contains the amounts of subordinates; amount_own is what may be added up.
[[file]]
noun = "forecast_submission"
headers = ["OwnerId", "PeriodId", "ForecastAmount"]
optional = true
ignore = ["*"]
[file.columns]
owner = "OwnerId"
category = ["ForecastingItemCategory", "ForecastCategoryName"]
amount = "ForecastAmount"
amount_own = "OwnerOnlyAmount"
currency = "CurrencyIsoCode"
begin = { column = "PeriodId", lookup = { file = "*Period*", key = "Id", value = "StartDate" } }
end = { column = "PeriodId", lookup = { file = "*Period*", key = "Id", value = "EndDate" } }
time = "SystemModstamp"

[[file]]
noun = "forecast_submission"
headers = ["StartDate", "AdjustedAmount|OwnerAdjustedAmount"]
optional = true
ignore = ["*"]
[file.columns]
owner = ["ForecastOwnerId", "OwnerId"]
manager = "CreatedById"
category = ["ForecastingItemCategory", "ForecastCategoryName"]
amount = ["AdjustedAmount", "OwnerAdjustedAmount"]
currency = "CurrencyIsoCode"
begin = "StartDate"
time = ["LastModifiedDate", "CreatedDate", "SystemModstamp"]
deleted = "IsDeleted"

[[file]]
noun = "fiscal_period"
headers = ["Id", "FullyQualifiedLabel", "StartDate", "EndDate"]
optional = true
ignore = ["*"]
[file.columns]
id = "Id"
name = "FullyQualifiedLabel"
type = "Type"
number = "Number"
begin = "StartDate"
end = "EndDate"

[[file]]
noun = "fiscal_period"
headers = ["Id", "IsStandardYear", "StartDate", "EndDate"]
optional = true
ignore = ["*"]
[file.columns]
id = "Id"
name = "Name"
type = { fixed = "Year" }
begin = "StartDate"
end = "EndDate"

[[file]]
noun = "stage"
headers = ["MasterLabel", "IsClosed", "IsWon"]
optional = true
ignore = ["*"]
[file.columns]
stage = ["ApiName", "MasterLabel"]
is_closed = "IsClosed"
is_won = "IsWon"

[[file]]
noun = "event_log"
headers = ["WhatId", "StartDateTime"]
optional = true
ignore = ["*"]
[file.columns]
deal = "WhatId"
sequence = "Id"
time = ["StartDateTime", "ActivityDateTime", "ActivityDate"]
recorded = "CreatedDate"
contact = "WhoId"
deleted = "IsDeleted"
[file.only]
WhatId = ["006*"]
[[file.rule]]
emit = "activity.meeting_planned"
from = "StartDateTime"
at = "CreatedDate"
stop = false
[[file.rule]]
emit = "activity.meeting"

[[file]]
noun = "event_log"
headers = ["WhatId", "ActivityDate", "Status"]
optional = true
ignore = ["*"]
[file.columns]
deal = "WhatId"
sequence = "Id"
time = ["CompletedDateTime", "ActivityDate", "CreatedDate"]
recorded = "CreatedDate"
contact = "WhoId"
deleted = "IsDeleted"
[file.only]
WhatId = ["006*"]
# Only what was done counts; a task that is due is a plan of the rep, not an event of the deal.
[[file.rule]]
emit = "activity.email_in"
when = { Status = ["Completed"], TaskSubtype = ["Email"], Type = ["*Inbound*", "Email In", "*Received*", "*Reply*"] }
[[file.rule]]
emit = "activity.email_out"
when = { Status = ["Completed"], TaskSubtype = ["Email", "ListEmail"] }
[[file.rule]]
emit = "activity.call"
when = { Status = ["Completed"], TaskSubtype = ["Call"] }
[[file.rule]]
emit = "activity.call"
when = { Status = ["Completed"], Type = ["Call"] }
[[file.rule]]
emit = "activity.email_in"
when = { Status = ["Completed"], Type = ["Email*Inbound*", "Email In"] }
[[file.rule]]
emit = "activity.email_out"
when = { Status = ["Completed"], Type = ["Email*"] }
[[file.rule]]
emit = "activity.meeting"
when = { Status = ["Completed"], Type = ["Meeting"] }
[[file.rule]]
emit = "activity.task"
when = { Status = ["Completed"] }

[[file]]
noun = "quota"
headers = ["QuotaOwnerId", "QuotaAmount", "StartDate"]
optional = true
ignore = ["*"]
[file.columns]
owner = "QuotaOwnerId"
amount = "QuotaAmount"
currency = "CurrencyIsoCode"
begin = "StartDate"
created = "CreatedDate"
deleted = "IsDeleted"

[[file]]
noun = "team"
headers = ["Id", "Name", "ParentRoleId"]
optional = true
ignore = ["*"]
[file.columns]
id = "Id"
name = "Name"
parent = "ParentRoleId"
manager = "ForecastUserId"

[[file]]
noun = "rep"
headers = ["Id", "UserRoleId"]
optional = true
ignore = ["*"]
[file.columns]
id = "Id"
name = "Name"
team = "UserRoleId"
manager = "ManagerId"
active = "IsActive"
created = "CreatedDate"

[[file]]
noun = "account"
match = ["*Account*"]
headers = ["Id", "Name"]
optional = true
ignore = ["*"]
[file.columns]
id = "Id"
name = "Name"
industry = "Industry"
employees = "NumberOfEmployees"
revenue = "AnnualRevenue"
region = ["BillingCountry", "BillingState"]
parent = "ParentId"
type = "Type"
created = "CreatedDate"
merged_into = "MasterRecordId"
[file.custom]
"*__c" = "infer"

# Contacts are merged like accounts; nothing else of a person is read.
[[file]]
noun = "contact"
match = ["*Contact*"]
headers = ["Id", "MasterRecordId", "LastName|AccountId"]
optional = true
ignore = ["*"]
[file.columns]
id = "Id"
merged_into = "MasterRecordId"

[[file]]
noun = "currency_rate"
headers = ["IsoCode", "ConversionRate"]
optional = true
ignore = ["*"]
[file.columns]
currency = "IsoCode"
rate = "ConversionRate"
time = "StartDate"
)toml";

}  // namespace ri::ingest
