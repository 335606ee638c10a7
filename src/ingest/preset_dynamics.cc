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
  "statuscode", "Status Reason", "onholdtime", "lastonholdtime",
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
currency = ["isocurrencycode", "transactioncurrencyid.isocurrencycode"]
owner = ["ownerid", "Owner", "_ownerid_value"]
account = ["parentaccountid", "_parentaccountid_value", "Account", "customerid", "Potential Customer"]
lead_source = ["originatingleadid", "Originating Lead"]
modified = ["modifiedon", "(Do Not Modify) Modified On", "Modified On"]
[file.outcome]
won = ["1", "Won"]
lost = ["2", "Lost"]
open = ["0", "Open"]
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
)toml";

}  // namespace ri::ingest
