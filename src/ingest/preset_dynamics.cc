#include "ingest/presets.h"

namespace ri::ingest {

const std::string_view kDynamicsPreset =
    R"toml(# Dynamics 365: opportunities exported to Excel from a view (labels) or by tools (logical names).
name = "dynamics"

[[file]]
noun = "deal"
headers = ["opportunityid|(Do Not Modify) Opportunity", "estimatedvalue|Est. Revenue|Est. revenue"]
optional = true
never_use = [
  "msdyn_opportunityscore*", "msdyn_opportunitygrade", "msdyn_scorereasons", "msdyn_predictivescore*",
  "statuscode", "Status Reason", "onholdtime", "lastonholdtime", "presentproposal",
  "Present Proposal", "completefinalproposal", "Final Proposal Ready", "sendthankyounote",
  "resolvefeedback", "filedebrief", "totalamount*", "Total Amount", "discountamount",
]
ignore = [
  "(Do Not Modify) Row Checksum", "(Do Not Modify) Modified On", "*@OData*", "exchangerate",
  "*_base", "versionnumber", "importsequencenumber",
]
[file.columns]
id = ["opportunityid", "(Do Not Modify) Opportunity"]
name = ["name", "Topic"]
# Records that were migrated keep their real age in a column of its own.
created = ["overriddencreatedon", "Record Created On", "createdon", "Created On"]
closed = ["actualclosedate", "Actual Close Date"]
outcome = ["statecode", "Status"]
stage = ["stepname", "Pipeline Phase", "salesstage", "Sales Stage"]
amount = ["estimatedvalue", "Est. Revenue", "Est. revenue"]
closed_amount = ["actualvalue", "Actual Revenue"]
# Moved all along, and no history says when.
commit_date = { column = ["estimatedclosedate", "Est. Close Date"], known = "export", optional = true }
probability = { column = ["closeprobability", "Probability"], scale = 0.01, optional = true }
forecast_category = ["msdyn_forecastcategory", "Forecast category", "Forecast Category"]
currency = ["isocurrencycode", "transactioncurrencyid.isocurrencycode", "Currency", "transactioncurrencyid@OData.Community.Display.V1.FormattedValue"]
owner = ["ownerid", "Owner", "_ownerid_value"]
account = ["parentaccountid", "_parentaccountid_value", "Account", "customerid", "Potential Customer"]
lead_source = ["originatingleadid", "Originating Lead"]
modified = ["modifiedon", "(Do Not Modify) Modified On", "Modified On"]
[file.outcome]
won = ["1", "Won"]
lost = ["2", "Lost"]
open = ["0", "Open"]
# Filled while qualifying; the labels of the choices stand for their numbers.
[file.custom]
"purchasetimeframe|Purchase Timeframe" = "category"
"purchaseprocess|Purchase Process" = "category"
"budgetstatus|Budget|Budget Status" = "category"
"budgetamount|Budget Amount" = "number"
"need|Need" = "category"
"decisionmaker|Decision Maker?|Decision Maker" = "flag"
"opportunityratingcode|Rating" = "category"
[file.values.purchasetimeframe]
"0" = "Immediate"
"1" = "This Quarter"
"2" = "Next Quarter"
"3" = "This Year"
"4" = "Unknown"
[file.values.purchaseprocess]
"0" = "Individual"
"1" = "Committee"
"2" = "Unknown"
[file.values.budgetstatus]
"0" = "No Committed Budget"
"1" = "May Buy"
"2" = "Can Buy"
"3" = "Will Buy"
[file.values.need]
"0" = "Must have"
"1" = "Should have"
"2" = "Good to have"
"3" = "No need"
[file.values.opportunityratingcode]
"1" = "Hot"
"2" = "Warm"
"3" = "Cold"
[file.values.salesstage]
"0" = "Qualify"
"1" = "Develop"
"2" = "Propose"
"3" = "Close"
[file.values.Currency]
"US Dollar" = "USD"
"Euro" = "EUR"
"Pound Sterling" = "GBP"
"British Pound" = "GBP"
"UK Pound" = "GBP"
"Swiss Franc" = "CHF"
"Japanese Yen" = "JPY"
"Yen" = "JPY"
"Canadian Dollar" = "CAD"
"Australian Dollar" = "AUD"
"Swedish Krona" = "SEK"
"Norwegian Krone" = "NOK"
"Danish Krone" = "DKK"
"Polish Zloty" = "PLN"
"Indian Rupee" = "INR"
[file.values."transactioncurrencyid@OData.Community.Display.V1.FormattedValue"]
"US Dollar" = "USD"
"Euro" = "EUR"
"Pound Sterling" = "GBP"
"Swiss Franc" = "CHF"
"Yen" = "JPY"
[file.values.msdyn_forecastcategory]
"100000001" = "Pipeline"
"100000002" = "Best Case"
"100000003" = "Commit"
"100000004" = "Omitted"
"100000005" = "Closed"
"100000006" = "Omitted"
[file.values."Forecast category"]
"Best case" = "Best Case"
"Committed" = "Commit"
"Won" = "Closed"
"Lost" = "Omitted"

[[file]]
noun = "line_item"
headers = ["opportunityproductid", "opportunityid"]
optional = true
ignore = ["*"]
[file.columns]
id = "opportunityproductid"
deal = ["opportunityid", "_opportunityid_value"]
name = ["opportunityproductname", "productdescription"]
product = ["productid", "_productid_value", "productname"]
quantity = "quantity"
price = "priceperunit"
amount = "extendedamount"
time = "createdon"

[[file]]
noun = "account"
headers = ["accountid|(Do Not Modify) Account", "name|Account Name"]
optional = true
ignore = ["*"]
[file.columns]
id = ["accountid", "(Do Not Modify) Account"]
name = ["name", "Account Name"]
industry = ["industrycode", "Industry"]
employees = ["numberofemployees", "No. of Employees", "Number of Employees"]
revenue = ["revenue", "Annual Revenue"]
region = ["address1_country", "Address 1: Country/Region"]
parent = ["parentaccountid", "_parentaccountid_value", "Parent Account"]
created = ["createdon", "Created On"]

[[file]]
noun = "rep"
headers = ["systemuserid|(Do Not Modify) User", "fullname|Full Name"]
optional = true
ignore = ["*"]
[file.columns]
id = ["systemuserid", "(Do Not Modify) User"]
name = ["fullname", "Full Name"]
team = ["businessunitid", "_businessunitid_value", "Business Unit"]
manager = ["parentsystemuserid", "_parentsystemuserid_value", "Manager"]
created = ["createdon", "Created On"]

[[file]]
noun = "team"
headers = ["businessunitid", "parentbusinessunitid|_parentbusinessunitid_value"]
optional = true
ignore = ["*"]
[file.columns]
id = "businessunitid"
name = "name"
parent = ["parentbusinessunitid", "_parentbusinessunitid_value"]
)toml";

}  // namespace ri::ingest
