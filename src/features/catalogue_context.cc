// Account, rep and team, calendar, data quality.
#include "features/feature_catalogue.h"

namespace ri::features {
namespace {

constexpr const char* kOutcomesWhenVisible =
    "Outcomes count from the moment they were visible; the deal's own outcomes never count.";

}  // namespace

std::vector<CatalogueEntry> AccountFeatures() {
  const std::string group = "account";
  std::vector<CatalogueEntry> entries = {
      {FeatureId::kAccount,
       kNeedsAccount,
       {.name = "account",
        .kind = FeatureKind::kCategory,
        .unit = "label",
        .window = "now",
        .meaning = "The account of the deal.",
        .missing_rule = "No account is known.",
        .leak_note = "Some teams fill it only when a deal is won; the leak audit looks for that.",
        .sentence = "The account is {value}",
        .group = group}},
      {FeatureId::kAccountWins,
       kNeedsAccount | kNeedsOutcome,
       {.name = "account_wins",
        .unit = "count",
        .window = "ever",
        .meaning = "Deals won at the account so far.",
        .missing_rule = "No account is known.",
        .leak_note = kOutcomesWhenVisible,
        .sentence = "{value} {deal was|deals were} won at this account before||Nothing was won at "
                    "this account before",
        .group = group,
        .monotone = 1}},
      {FeatureId::kAccountLosses,
       kNeedsAccount | kNeedsOutcome,
       {.name = "account_losses",
        .unit = "count",
        .window = "ever",
        .meaning = "Deals lost at the account so far.",
        .missing_rule = "No account is known.",
        .leak_note = kOutcomesWhenVisible,
        .sentence = "{value} {deal was|deals were} lost at this account before||Nothing was lost "
                    "at this account before",
        .group = group}},
      {FeatureId::kAccountWinRate,
       kNeedsAccount | kNeedsOutcome,
       {.name = "account_win_rate",
        .unit = "share",
        .window = "ever",
        .meaning = "Share of the account's earlier deals that were won, drawn towards the rate of "
                   "all deals while there are few.",
        .missing_rule = "No account is known.",
        .leak_note = kOutcomesWhenVisible,
        .sentence = "{value} of earlier deals at this account were won",
        .group = group}},
      {FeatureId::kAccountWinRateCount,
       kNeedsAccount | kNeedsOutcome,
       {.name = "account_win_rate_n",
        .unit = "count",
        .window = "ever",
        .meaning = "Number of finished deals behind the win rate of the account.",
        .missing_rule = "No account is known.",
        .leak_note = kOutcomesWhenVisible,
        .sentence = "{value} earlier {deal at this account has|deals at this account have} "
                    "ended||No earlier deal at this account has ended",
        .group = group}},
      {FeatureId::kDaysSinceAccountWin,
       kNeedsAccount | kNeedsDatedOutcome,
       {.name = "days_since_account_win",
        .unit = "days",
        .window = "ever",
        .meaning = "Days since the last win at the account.",
        .missing_rule = "No account is known, or nothing was won there yet.",
        .leak_note = kOutcomesWhenVisible,
        .sentence = "The last win at this account was {value} day{s} ago||The last win at this "
                    "account was today",
        .group = group}},
      {FeatureId::kAccountOpenDeals,
       kNeedsAccount,
       {.name = "account_open_deals",
        .unit = "count",
        .window = "now",
        .meaning = "Other deals open at the account.",
        .missing_rule = "No account is known.",
        .leak_note = "none",
        .sentence = "{value} other {deal is|deals are} open at this account||No other deal is open "
                    "at this account",
        .group = group}},
      {FeatureId::kAccountIsCustomer,
       kNeedsAccount | kNeedsOutcome,
       {.name = "account_is_customer",
        .unit = "flag",
        .window = "ever",
        .meaning = "1 when something was won at the account before.",
        .missing_rule = "No account is known.",
        .leak_note = "Do not read an account type column: it turns to customer with the win.",
        .sentence = "Already a customer||Not yet a customer",
        .group = group}},
      {FeatureId::kLogEmployees,
       kNeedsEmployees,
       {.name = "log_employees",
        .unit = "log of persons",
        .window = "now",
        .meaning = "Natural logarithm of 1 plus the employees of the account.",
        .missing_rule = "No number is known.",
        .leak_note = "none",
        .sentence = "The account has {value} employees",
        .group = group}},
      {FeatureId::kLogRevenue,
       kNeedsRevenue,
       {.name = "log_revenue",
        .unit = "log of revenue",
        .window = "now",
        .meaning = "Natural logarithm of 1 plus the annual revenue of the account, in the unit of "
                   "the source.",
        .missing_rule = "No revenue is known.",
        .leak_note = "none",
        .sentence = "The account's revenue is {value}",
        .group = group}},
  };
  AddCategory(entries, {FeatureId::kIndustry, kNeedsIndustry, "industry", "industry", group,
                        "all deals", "none"});
  entries.push_back({FeatureId::kRegion,
                     kNeedsRegion,
                     {.name = "region",
                      .kind = FeatureKind::kCategory,
                      .unit = "label",
                      .window = "now",
                      .meaning = "Region of the account; of the owner when the account has none.",
                      .missing_rule = "Neither is known.",
                      .leak_note = "none",
                      .sentence = "The region is {value}",
                      .group = group}});
  return entries;
}

std::vector<CatalogueEntry> RepFeatures() {
  const std::string group = "rep and team";
  std::vector<CatalogueEntry> entries;
  AddCategory(entries, {FeatureId::kOwner, kNeedsOwner, "owner", "owner", group,
                        "the team, the region and all deals, in this order",
                        "Closed deals are sometimes handed to another owner; use the history."});
  entries.push_back(
      {FeatureId::kOwnerTenureDays,
       kNeedsOwner,
       {.name = "owner_tenure_days",
        .unit = "days",
        .window = "ever",
        .meaning = "Days since the owner's start as far as is known: the creation of "
                   "the user, else the first deal owned.",
        .missing_rule = "No owner is known.",
        .leak_note = "none",
        .sentence = "The owner has sold here for {value} day{s}||The owner's first day here",
        .group = group}});
  entries.push_back(
      {FeatureId::kOwnerOpenDeals,
       kNeedsOwner,
       {.name = "owner_open_deals",
        .unit = "count",
        .window = "now",
        .meaning = "Other open deals of the owner.",
        .missing_rule = "No owner is known.",
        .leak_note = "none",
        .sentence = "The owner has {value} other open deal{s}||The owner has no other open deal",
        .group = group}});
  entries.push_back({FeatureId::kOwnerCommitRealisation,
                     kNeedsOwner | kNeedsForecastCategory | kNeedsOutcome,
                     {.name = "owner_commit_realisation",
                      .unit = "share",
                      .window = "ever",
                      .meaning = "Share won of the owner's earlier deals that had been in a commit "
                                 "category, drawn towards the rate of all such deals.",
                      .missing_rule = "No owner is known.",
                      .leak_note = kOutcomesWhenVisible,
                      .sentence = "{value} of the deals this owner committed were won",
                      .group = group}});
  entries.push_back(
      {FeatureId::kOwnerChanged28,
       kNeedsOwner,
       {.name = "owner_changed_28d",
        .unit = "flag",
        .window = "28 days",
        .meaning = "1 when the deal went from one owner to another.",
        .missing_rule = "never",
        .leak_note = "Changes after closing do not count as of an earlier day.",
        .sentence =
            "The owner changed in the last 28 days||The owner did not change in the last 28 days",
        .group = group}});
  return entries;
}

std::vector<CatalogueEntry> CalendarFeatures() {
  const std::string group = "calendar";
  const auto entry = [&](FeatureId id, std::string name, std::string unit, std::string meaning,
                         std::string sentence) {
    return CatalogueEntry{id,
                          kNeedsNothing,
                          {.name = std::move(name),
                           .unit = std::move(unit),
                           .window = "now",
                           .meaning = std::move(meaning),
                           .missing_rule = "never",
                           .leak_note = "none",
                           .sentence = std::move(sentence),
                           .group = group}};
  };
  return {
      entry(FeatureId::kDaysToQuarterEnd, "days_to_quarter_end", "days",
            "Days from the snapshot to the first day of the next fiscal quarter.",
            "{value} days to the end of the quarter"),
      entry(FeatureId::kWeekOfQuarter, "week_of_quarter", "weeks",
            "Week of the fiscal quarter, from 1.", "Week {value} of the quarter"),
      entry(FeatureId::kFiscalQuarter, "fiscal_quarter", "number",
            "Number of the fiscal quarter, 1 to 4.", "Fiscal quarter {value}"),
      entry(FeatureId::kMonth, "month", "number", "Calendar month of the snapshot, 1 to 12.",
            "Month {value} of the year"),
      entry(FeatureId::kCreatedMonth, "created_month", "number",
            "Calendar month in which the deal was created, 1 to 12.", "Created in month {value}"),
      entry(FeatureId::kCreatedWeekday, "created_weekday", "number",
            "Weekday on which the deal was created, 1 (Monday) to 7.",
            "Created on weekday {value}"),
  };
}

std::vector<CatalogueEntry> QualityFeatures() {
  const std::string group = "data quality";
  return {
      {FeatureId::kShareFieldsFilled,
       kNeedsNothing,
       {.name = "share_fields_filled",
        .unit = "share",
        .window = "now",
        .meaning = "Share of the deal's fields that hold a value, among the standard and own "
                   "fields that had been in use for 90 days.",
        .missing_rule = "No field had been in use for 90 days yet.",
        .leak_note = "Fields are often completed at closing; use the history.",
        .sentence = "{value} of the fields are filled",
        .group = group}},
      {FeatureId::kDaysSinceEdit,
       kNeedsNothing,
       {.name = "days_since_edit",
        .unit = "days",
        .window = "ever",
        .meaning = "Days since anything on the deal record was changed, in fields that had been in "
                   "use for 90 days.",
        .missing_rule = "No such change was ever recorded.",
        .leak_note = "Do not read a last-modified column: it changes after the outcome.",
        .sentence = "Nobody edited the deal for {value} day{s}||The deal was edited today",
        .group = group}},
      {FeatureId::kNextStepPresent,
       kNeedsNextStep,
       {.name = "next_step_present",
        .unit = "flag",
        .window = "now",
        .meaning = "1 when the next step is written down.",
        .missing_rule = "never",
        .leak_note = "none",
        .sentence = "A next step is written down||No next step is written down",
        .group = group}},
      {FeatureId::kCompetitorNamed,
       kNeedsCompetitor,
       {.name = "competitor_named",
        .unit = "flag",
        .window = "now",
        .meaning = "1 when a competitor is named.",
        .missing_rule = "never",
        .leak_note = "Often entered with the loss; only when the source says when it was entered.",
        .sentence = "A competitor is named||No competitor is named",
        .group = group}},
      {FeatureId::kNoActivitySync,
       kNeedsActivity,
       {.name = "no_activity_sync",
        .unit = "flag",
        .window = "now",
        .meaning = "1 when no activity is known for this deal nor for its owner, so that activity "
                   "counts mean nothing.",
        .missing_rule = "never",
        .leak_note = "none",
        .sentence =
            "No activities of this owner are recorded||Activities of this owner are recorded",
        .group = group}},
  };
}

}  // namespace ri::features
