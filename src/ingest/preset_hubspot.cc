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
# Without the closed columns only the default pipeline's last stages are known to be closed.
[file.outcome]
won = ["closedwon", "Closed Won"]
lost = ["closedlost", "Closed Lost"]
open = ["*"]
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
headers = ["deal_id", "name", "value", "timestamp"]
optional = true
ignore = ["source", "source_id", "source_label", "updated_by_user_id", "_fivetran_*"]
[file.columns]
deal = "deal_id"
time = "timestamp"
field = "name"
new_value = "value"
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

[[file]]
noun = "rep"
match = ["*owner*"]
headers = ["id|owner_id", "email"]
optional = true
ignore = ["*"]
[file.columns]
id = ["owner_id", "id"]
name = ["name", "email"]
)toml";

}  // namespace ri::ingest
