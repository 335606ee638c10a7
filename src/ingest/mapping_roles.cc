#include "ingest/mapping_roles.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

namespace ri::ingest {
namespace {

constexpr std::array<std::string_view, kNumNouns> kNounNames = {"deal",
                                                                "outcome",
                                                                "account",
                                                                "rep",
                                                                "team",
                                                                "product",
                                                                "quota",
                                                                "currency_rate",
                                                                "stage",
                                                                "stage_history",
                                                                "field_history",
                                                                "event_log",
                                                                "contact",
                                                                "contact_role",
                                                                "line_item",
                                                                "split",
                                                                "forecast_submission",
                                                                "fiscal_period",
                                                                "ignored"};

constexpr std::array<std::string_view, kNumRoles> kRoleNames = {"id",
                                                                "name",
                                                                "created",
                                                                "closed",
                                                                "outcome",
                                                                "is_closed",
                                                                "is_won",
                                                                "stage",
                                                                "amount",
                                                                "closed_amount",
                                                                "currency",
                                                                "commit_date",
                                                                "forecast_category",
                                                                "probability",
                                                                "owner",
                                                                "account",
                                                                "product",
                                                                "type",
                                                                "lead_source",
                                                                "next_step",
                                                                "qualified",
                                                                "deleted",
                                                                "modified",
                                                                "industry",
                                                                "employees",
                                                                "revenue",
                                                                "region",
                                                                "parent",
                                                                "team",
                                                                "manager",
                                                                "active",
                                                                "begin",
                                                                "end",
                                                                "deal",
                                                                "time",
                                                                "sequence",
                                                                "field",
                                                                "old_value",
                                                                "new_value",
                                                                "recorded",
                                                                "contact",
                                                                "role",
                                                                "rate",
                                                                "price",
                                                                "quantity",
                                                                "discount",
                                                                "percent",
                                                                "category",
                                                                "amount_own",
                                                                "number",
                                                                "merged",
                                                                "merged_into",
                                                                "also_called",
                                                                "given_name",
                                                                "family_name",
                                                                "previous_stage",
                                                                "previous_amount",
                                                                "previous_commit_date",
                                                                "previous_forecast_category"};

struct Grammar {
  std::vector<Role> roles;
  std::vector<Role> required;
};

const Grammar& GrammarOf(Noun noun) {
  using enum Role;
  static const std::array<Grammar, kNumNouns> kGrammars = {{
      // deal
      {{kId,      kName,     kCreated,      kClosed,   kOutcome,    kIsClosed,         kIsWon,
        kStage,   kAmount,   kClosedAmount, kCurrency, kCommitDate, kForecastCategory, kProbability,
        kOwner,   kAccount,  kProduct,      kType,     kLeadSource, kNextStep,         kQualified,
        kDeleted, kModified, kMerged},
       {kId}},
      // outcome
      {{kDeal, kOutcome, kClosed, kClosedAmount, kCurrency}, {kDeal, kOutcome}},
      // account
      {{kId, kName, kIndustry, kEmployees, kRevenue, kRegion, kParent, kType, kCreated, kBegin,
        kMerged, kMergedInto},
       {kId}},
      // rep
      {{kId, kName, kTeam, kManager, kRegion, kActive, kCreated, kBegin, kAlsoCalled, kGivenName,
        kFamilyName},
       {kId}},
      // team
      {{kId, kName, kParent, kManager, kCreated, kBegin}, {kId}},
      // product
      {{kId, kName, kType, kPrice, kCurrency, kCreated}, {kId}},
      // quota
      {{kOwner, kAmount, kCurrency, kBegin, kEnd, kCreated, kDeleted}, {kOwner, kAmount, kBegin}},
      // currency_rate
      {{kCurrency, kRate, kTime}, {kCurrency, kRate}},
      // stage
      {{kStage, kIsClosed, kIsWon}, {kStage, kIsClosed, kIsWon}},
      // stage_history
      {{kDeal, kTime, kStage, kAmount, kCurrency, kCommitDate, kForecastCategory, kProbability,
        kSequence, kDeleted, kPreviousStage, kPreviousAmount, kPreviousCommitDate,
        kPreviousForecastCategory},
       {kDeal, kTime}},
      // field_history
      {{kDeal, kTime, kField, kOldValue, kNewValue, kSequence, kDeleted},
       {kDeal, kTime, kField, kNewValue}},
      // event_log
      {{kDeal, kTime, kSequence, kRecorded, kContact, kDeleted}, {kDeal, kTime}},
      // contact
      {{kId, kMerged, kMergedInto}, {kId}},
      // contact_role
      {{kDeal, kContact, kContactRole, kTime, kSequence, kDeleted}, {kDeal, kContact, kTime}},
      // line_item
      {{kId, kDeal, kName, kProduct, kQuantity, kPrice, kAmount, kDiscount, kCurrency, kBegin,
        kTime, kDeleted, kModified},
       {kId, kDeal}},
      // split
      {{kId, kDeal, kOwner, kType, kPercent, kAmount, kCurrency, kTime, kDeleted, kModified},
       {kId, kDeal, kOwner}},
      // forecast_submission
      {{kOwner, kManager, kCategory, kAmount, kAmountOwn, kCurrency, kBegin, kEnd, kTime, kDeleted},
       {kOwner, kAmount, kBegin}},
      // fiscal_period
      {{kId, kName, kType, kNumber, kBegin, kEnd, kTime}, {kId, kBegin, kEnd}},
      // ignored
      {{}, {}},
  }};
  return kGrammars.at(static_cast<std::size_t>(noun));
}

template <typename Enum, std::size_t count>
std::optional<Enum> FromName(const std::array<std::string_view, count>& names,
                             std::string_view name) {
  const auto* const found = std::ranges::find(names, name);
  if (found == names.end()) {
    return std::nullopt;
  }
  return static_cast<Enum>(std::distance(names.begin(), found));
}

}  // namespace

std::string_view NameOf(Noun noun) { return kNounNames.at(static_cast<std::size_t>(noun)); }
std::string_view NameOf(Role role) { return kRoleNames.at(static_cast<std::size_t>(role)); }
std::optional<Noun> NounFromName(std::string_view name) { return FromName<Noun>(kNounNames, name); }
std::optional<Role> RoleFromName(std::string_view name) { return FromName<Role>(kRoleNames, name); }
std::span<const Role> RolesOf(Noun noun) { return GrammarOf(noun).roles; }
std::span<const Role> RequiredRolesOf(Noun noun) { return GrammarOf(noun).required; }

}  // namespace ri::ingest
