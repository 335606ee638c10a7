#include "ingest/presets.h"

namespace ri::ingest {

const std::string_view kMavenPreset =
    R"toml(# Maven Analytics "CRM Sales Opportunities": pipeline, accounts, products, teams.
name = "maven-crm"
currency = "USD"

[[file]]
noun = "deal"
match = ["sales_pipeline*"]
headers = ["opportunity_id", "deal_stage", "engage_date", "close_date", "close_value"]
# Prospecting deals have no date at all: what is known is that they exist at the export.
created_when_missing = "export"
[file.columns]
id = "opportunity_id"
created = "engage_date"
closed = "close_date"
outcome = "deal_stage"
stage = "deal_stage"
# What the deal would bring at list price; the real value is known at the closing only.
amount = { column = "product", lookup = { file = "products*", key = "product", value = "sales_price" }, optional = true }
closed_amount = "close_value"
owner = "sales_agent"
# Empty on open deals only, so that an account seen earlier would tell that the deal has closed.
account = { column = "account", known = "export" }
product = "product"
[file.outcome]
won = ["Won"]
lost = ["Lost"]
open = ["Prospecting", "Engaging"]
[file.values.product]
"GTXPro" = "GTX Pro"

[[file]]
noun = "account"
match = ["accounts*"]
headers = ["account", "sector", "office_location"]
[file.columns]
id = "account"
name = "account"
industry = "sector"
employees = "employees"
revenue = { column = "revenue", scale = 1e6 }
region = "office_location"
parent = "subsidiary_of"
[file.custom]
year_established = "number"
[file.values.sector]
"technolgy" = "technology"

[[file]]
noun = "product"
match = ["products*"]
headers = ["product", "series", "sales_price"]
[file.columns]
id = "product"
name = "product"
type = "series"
price = "sales_price"

[[file]]
noun = "rep"
match = ["sales_teams*"]
headers = ["sales_agent", "manager", "regional_office"]
[file.columns]
id = "sales_agent"
name = "sales_agent"
team = "manager"
manager = "manager"
region = "regional_office"

[[file]]
noun = "ignored"
match = ["data_dictionary*"]
headers = ["Table", "Field", "Description"]
)toml";

}  // namespace ri::ingest
