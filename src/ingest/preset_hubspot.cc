#include "ingest/presets.h"

namespace ri::ingest {

const std::string_view kHubSpotPreset =
    R"toml(# HubSpot: the export of deals with labels or internal names, and property histories as warehouses
# keep them.
name = "hubspot"

[[file]]
noun = "deal"
headers = ["Record ID|hs_object_id", "Deal Name|dealname", "Deal Stage|dealstage"]
optional = true
# Computed at the export, or written when the deal closes.
never_use = [
  "closed_won_reason", "closed_lost_reason", "Closed Won Reason", "Closed Lost Reason",
  "days_to_close", "Days to close", "hs_projected_amount*", "Weighted amount*", "hs_forecast_*",
  "Forecast amount", "Forecast probability", "hs_closed_amount*", "Closed Deal Amount*",
  "hs_deal_score", "Deal Score", "num_*", "Number of *", "notes_*", "Last Activity Date",
  "Last Contacted", "Next Activity Date", "hs_v2_*", "hs_date_*", "hs_time_*",
  "hs_is_closed_lost", "Is closed lost", "hs_analytics_latest*",
]
[file.columns]
id = ["hs_object_id", "Record ID"]
name = ["dealname", "Deal Name"]
created = ["createdate", "Create Date"]
closed = ["closedate", "Close Date"]
commit_date = ["closedate", "Close Date"]
is_closed = ["hs_is_closed", "Is Deal Closed?", "Is Closed"]
is_won = ["hs_is_closed_won", "Is Closed Won"]
outcome = ["dealstage", "Deal Stage"]
stage = ["dealstage", "Deal Stage"]
amount = ["amount", "Amount"]
currency = ["deal_currency_code", "Currency"]
forecast_category = ["hs_manual_forecast_category", "Forecast category"]
probability = ["hs_deal_stage_probability", "Deal probability"]
owner = ["hubspot_owner_id", "Deal owner"]
account = ["associated_company_id", "Associated Company IDs", "Associated Company"]
type = ["dealtype", "Deal Type"]
lead_source = ["hs_analytics_source", "Original Traffic Source", "Original Source Type"]
next_step = ["hs_next_step", "Next step"]
merged = { column = ["hs_merged_object_ids", "Merged Deal IDs", "Merged object IDs"], split = ";", optional = true }
# Without the closed columns only the default pipeline's last stages are known to be closed.
[file.outcome]
won = ["closedwon", "Closed Won"]
lost = ["closedlost", "Closed Lost"]
open = ["*"]
# Exports by label name the stages of the default pipeline, those by internal name hold their ids.
[file.values."Deal Stage"]
"Appointment Scheduled" = "appointmentscheduled"
"Appointment Scheduled (Sales Pipeline)" = "appointmentscheduled"
"Qualified To Buy" = "qualifiedtobuy"
"Qualified To Buy (Sales Pipeline)" = "qualifiedtobuy"
"Presentation Scheduled" = "presentationscheduled"
"Presentation Scheduled (Sales Pipeline)" = "presentationscheduled"
"Decision Maker Bought-In" = "decisionmakerboughtin"
"Decision Maker Bought-In (Sales Pipeline)" = "decisionmakerboughtin"
"Contract Sent" = "contractsent"
"Contract Sent (Sales Pipeline)" = "contractsent"
"Closed Won" = "closedwon"
"Closed Won (Sales Pipeline)" = "closedwon"
"Closed Lost" = "closedlost"
"Closed Lost (Sales Pipeline)" = "closedlost"
[file.values."Deal Type"]
"New Business" = "newbusiness"
"Existing Business" = "existingbusiness"
[file.values.hs_manual_forecast_category]
OMIT = "Omitted"
PIPELINE = "Pipeline"
BEST_CASE = "Best Case"
COMMIT = "Commit"
CLOSED = "Closed"
[file.values."Forecast category"]
"Not forecasted" = "Omitted"
"Best case" = "Best Case"
"Closed won" = "Closed"

[[file]]
noun = "field_history"
headers = ["deal_id|Record ID|Object ID", "name|property|Property name", "value|Property value", "timestamp|Change date"]
optional = true
ignore = ["source", "source_id", "source_label", "updated_by_user_id", "_fivetran_*"]
[file.columns]
deal = ["deal_id", "Record ID", "Object ID"]
time = ["timestamp", "Change date"]
field = ["name", "property", "Property name"]
new_value = ["value", "Property value"]
[file.fields]
dealstage = "stage"
amount = "amount"
closedate = "commit_date"
hubspot_owner_id = "owner"
hs_manual_forecast_category = "forecast_category"
hs_deal_stage_probability = "probability"
dealname = "name"
dealtype = "type"
hs_next_step = "next_step"
[file.values.value]
OMIT = "Omitted"
PIPELINE = "Pipeline"
BEST_CASE = "Best Case"
COMMIT = "Commit"
CLOSED = "Closed"

# The stages alone, as warehouses keep them.
[[file]]
noun = "stage_history"
headers = ["deal_id", "value", "date_entered"]
optional = true
ignore = ["*"]
[file.columns]
deal = "deal_id"
time = "date_entered"
stage = "value"

[[file]]
noun = "stage"
headers = ["stage_id|id", "label", "isClosed|metadata.isClosed|is_closed|closed"]
optional = true
ignore = ["*"]
[file.columns]
stage = ["stage_id", "id"]
is_closed = ["isClosed", "metadata.isClosed", "is_closed", "closed"]
is_won = ["closed_won", "probability", "metadata.probability"]
[file.values.probability]
"1.0" = "true"
"1" = "true"
"0.0" = "false"
"0" = "false"
[file.values."metadata.probability"]
"1.0" = "true"
"0.0" = "false"

# Which engagement belongs to which deals: looked up by the tables of engagements.
[[file]]
noun = "ignored"
headers = ["deal_id", "engagement_id"]
ignore = ["*"]

# Activities as the export of the activity index writes them.
[[file]]
noun = "event_log"
headers = ["Activity type", "Activity date", "Associated Deal IDs|Associated Deal ID"]
optional = true
ignore = ["*"]
[file.columns]
deal = { column = ["Associated Deal IDs", "Associated Deal ID"], split = ";" }
sequence = "Record ID"
time = "Activity date"
recorded = "Create date"
[[file.rule]]
emit = "activity.meeting_planned"
when = { "Activity type" = ["Meeting"] }
from = "Activity date"
at = "Create date"
stop = false
[[file.rule]]
emit = "activity.meeting"
when = { "Activity type" = ["Meeting"] }
[[file.rule]]
emit = "activity.call"
when = { "Activity type" = ["Call"] }
[[file.rule]]
emit = "activity.email_in"
when = { "Activity type" = ["Incoming email", "*Email reply*", "Email received"] }
[[file.rule]]
emit = "activity.email_out"
when = { "Activity type" = ["*Email*"] }
[[file.rule]]
emit = "activity.task"
when = { "Activity type" = ["Task"] }

# Engagements with their type in a column, or one table a type. Email directions are EMAIL (sent),
# INCOMING_EMAIL and FORWARDED_EMAIL; notes and open tasks say nothing about the buyer.
[[file]]
noun = "event_log"
headers = ["hs_object_id|engagement_id|id", "hs_timestamp", "hs_engagement_type|engagement_type|type"]
optional = true
ignore = ["*"]
[file.columns]
deal = { column = ["engagement_id", "hs_object_id", "id"], split = ";", lookup = { file = "*associat*|*engagement*deal*|*deal*engagement*", key = "engagement_id", value = "deal_id" } }
sequence = ["engagement_id", "hs_object_id", "id"]
time = "hs_timestamp"
recorded = ["hs_createdate", "createdate"]
[[file.rule]]
emit = "activity.meeting_planned"
when = { hs_engagement_type = ["MEETING"] }
from = "hs_timestamp"
at = "hs_createdate"
stop = false
[[file.rule]]
emit = "activity.meeting"
when = { hs_engagement_type = ["MEETING"] }
[[file.rule]]
emit = "activity.call"
when = { hs_engagement_type = ["CALL"] }
[[file.rule]]
emit = "activity.email_in"
when = { hs_engagement_type = ["INCOMING_EMAIL"] }
[[file.rule]]
emit = "activity.email_out"
when = { hs_engagement_type = ["EMAIL", "FORWARDED_EMAIL"] }
[[file.rule]]
emit = "activity.task"
when = { hs_engagement_type = ["TASK"] }
[[file.rule]]
emit = "activity.meeting_planned"
when = { engagement_type = ["MEETING"] }
from = "hs_timestamp"
at = "hs_createdate"
stop = false
[[file.rule]]
emit = "activity.meeting"
when = { engagement_type = ["MEETING"] }
[[file.rule]]
emit = "activity.call"
when = { engagement_type = ["CALL"] }
[[file.rule]]
emit = "activity.email_in"
when = { engagement_type = ["INCOMING_EMAIL"] }
[[file.rule]]
emit = "activity.email_out"
when = { engagement_type = ["EMAIL", "FORWARDED_EMAIL"] }
[[file.rule]]
emit = "activity.task"
when = { engagement_type = ["TASK"] }
[[file.rule]]
emit = "activity.meeting_planned"
when = { type = ["MEETING"] }
from = "hs_timestamp"
at = "hs_createdate"
stop = false
[[file.rule]]
emit = "activity.meeting"
when = { type = ["MEETING"] }
[[file.rule]]
emit = "activity.call"
when = { type = ["CALL"] }
[[file.rule]]
emit = "activity.email_in"
when = { type = ["INCOMING_EMAIL"] }
[[file.rule]]
emit = "activity.email_out"
when = { type = ["EMAIL", "FORWARDED_EMAIL"] }
[[file.rule]]
emit = "activity.task"
when = { type = ["TASK"] }

[[file]]
noun = "event_log"
match = ["*call*"]
headers = ["hs_object_id|engagement_id|id", "hs_timestamp"]
optional = true
ignore = ["*"]
[file.columns]
deal = { column = ["engagement_id", "hs_object_id", "id"], split = ";", lookup = { file = "*associat*|*engagement*deal*|*deal*engagement*", key = "engagement_id", value = "deal_id" } }
sequence = ["engagement_id", "hs_object_id", "id"]
time = "hs_timestamp"
recorded = ["hs_createdate", "createdate"]
[[file.rule]]
emit = "activity.call"

[[file]]
noun = "event_log"
match = ["*meeting*"]
headers = ["hs_object_id|engagement_id|id", "hs_timestamp"]
optional = true
ignore = ["*"]
[file.columns]
deal = { column = ["engagement_id", "hs_object_id", "id"], split = ";", lookup = { file = "*associat*|*engagement*deal*|*deal*engagement*", key = "engagement_id", value = "deal_id" } }
sequence = ["engagement_id", "hs_object_id", "id"]
time = "hs_timestamp"
recorded = ["hs_createdate", "createdate"]
[[file.rule]]
emit = "activity.meeting_planned"
from = "hs_timestamp"
at = "hs_createdate"
stop = false
[[file.rule]]
emit = "activity.meeting"

[[file]]
noun = "event_log"
match = ["*email*"]
headers = ["hs_object_id|engagement_id|id", "hs_timestamp"]
optional = true
ignore = ["*"]
[file.columns]
deal = { column = ["engagement_id", "hs_object_id", "id"], split = ";", lookup = { file = "*associat*|*engagement*deal*|*deal*engagement*", key = "engagement_id", value = "deal_id" } }
sequence = ["engagement_id", "hs_object_id", "id"]
time = "hs_timestamp"
recorded = ["hs_createdate", "createdate"]
[[file.rule]]
emit = "activity.email_in"
when = { hs_email_direction = ["INCOMING_EMAIL"] }
[[file.rule]]
emit = "activity.email_out"

[[file]]
noun = "event_log"
match = ["*task*"]
headers = ["hs_object_id|engagement_id|id", "hs_timestamp"]
optional = true
ignore = ["*"]
[file.columns]
deal = { column = ["engagement_id", "hs_object_id", "id"], split = ";", lookup = { file = "*associat*|*engagement*deal*|*deal*engagement*", key = "engagement_id", value = "deal_id" } }
sequence = ["engagement_id", "hs_object_id", "id"]
time = "hs_timestamp"
recorded = ["hs_createdate", "createdate"]
[[file.rule]]
emit = "activity.task"
when = { hs_task_status = ["COMPLETED"] }

[[file]]
noun = "line_item"
headers = ["hs_object_id|Record ID", "hs_product_id|Product ID", "quantity|Quantity"]
optional = true
ignore = ["*"]
[file.columns]
id = ["hs_object_id", "Record ID"]
deal = ["deal_id", "Associated Deal ID", "Associated Deal IDs"]
name = ["name", "Name"]
product = ["hs_sku", "SKU", "hs_product_id", "Product ID"]
quantity = ["quantity", "Quantity"]
price = ["price", "Unit price"]
amount = ["amount", "Net price"]
discount = ["hs_discount_percentage", "Discount percentage"]
currency = ["hs_line_item_currency_code", "Currency"]
time = ["createdate", "Create Date"]

[[file]]
noun = "account"
headers = ["Record ID|hs_object_id", "Company name|domain|Company Domain Name"]
optional = true
ignore = ["*"]
[file.columns]
id = ["hs_object_id", "Record ID"]
name = ["name", "Company name"]
industry = ["industry", "Industry"]
employees = ["numberofemployees", "Number of Employees"]
revenue = ["annualrevenue", "Annual Revenue"]
region = ["country", "Country/Region"]
parent = ["hs_parent_company_id", "Parent Company IDs"]
merged = { column = ["hs_merged_object_ids", "Merged Company IDs", "Merged object IDs"], split = ";", optional = true }
created = ["createdate", "Create Date"]

# Contacts are merged like companies; nothing else of a person is read.
[[file]]
noun = "contact"
match = ["*contact*"]
headers = ["Record ID|hs_object_id", "hs_merged_object_ids|Merged Contact IDs|Merged object IDs", "lastname|Last Name"]
optional = true
ignore = ["*"]
[file.columns]
id = ["hs_object_id", "Record ID"]
merged = { column = ["hs_merged_object_ids", "Merged Contact IDs", "Merged object IDs"], split = ";", optional = true }

[[file]]
noun = "rep"
match = ["*owner*"]
headers = ["id|owner_id", "email"]
optional = true
ignore = ["*"]
[file.columns]
id = ["owner_id", "id"]
name = ["name", "email"]
# The export by labels names owners, the one by internal names and the histories hold their ids.
also_called = "email"
given_name = ["firstName", "first_name", "First name"]
family_name = ["lastName", "last_name", "Last name"]
)toml";

}  // namespace ri::ingest
