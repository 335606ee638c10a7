#include "ingest/presets.h"

namespace ri::ingest {

const std::string_view kSalesforceReportPreset =
    R"toml(# An opportunity report of Salesforce exported as a table: labels instead of field names, names of
# people and accounts instead of ids, dates in the reader's locale, remarks after the last row. There
# is no history in it: what changes over a deal's life is only known as of the export.
name = "salesforce-report"
ids = "salesforce"

[[file]]
noun = "deal"
headers = ["Opportunity Name", "Stage", "Close Date"]
optional = true
footer = true
# Without the creation date in the report a deal begins with the export.
created_when_missing = "export"
never_use = [
  "Age", "Fiscal Period", "Last Activity", "Last Modified Date", "Last Modified By",
  "Last Stage Change Date", "Stage Duration", "Push Count", "Has Overdue Task", "Expected Revenue*",
  "*Loss Reason*", "*Lost Reason*", "*Win Reason*", "*Won Reason*", "*Closed Reason*",
]
ignore = [
  "*(converted)*", "Owner Role", "Created By", "Description", "Record Type",
  "Opportunity Owner Alias", "Primary Campaign Source",
]
[file.columns]
id = ["Opportunity ID", "Opportunity ID (18)", "Case Safe ID", "Opportunity Name"]
name = "Opportunity Name"
created = "Created Date"
closed = "Close Date"
is_closed = "Closed"
is_won = "Won"
outcome = "Stage"
stage = "Stage"
amount = "Amount"
currency = ["Amount Currency", "Opportunity Currency", "Currency"]
commit_date = "Close Date"
forecast_category = "Forecast Category"
probability = { column = ["Probability (%)", "Probability"], scale = 0.01 }
owner = ["Opportunity Owner", "Owner Name", "Owner"]
account = "Account Name"
type = "Type"
lead_source = "Lead Source"
next_step = "Next Step"
# Without the columns Closed and Won only the usual last stages are known to be closed.
[file.outcome]
won = ["Closed Won"]
lost = ["Closed Lost"]
open = ["*"]
)toml";

}  // namespace ri::ingest
