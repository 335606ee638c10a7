#include "ingest/attribute_catalogue.h"

#include <algorithm>
#include <array>
#include <bit>

namespace ri::ingest {
namespace {

using data::EntityKind;
using data::ValueType;

struct Entry {
  EntityKind kind;
  Role role;
  std::string_view name;
  ValueType type;
  EntityKind reference;
};

constexpr EntityKind kDeal = EntityKind::kDeal;
constexpr EntityKind kAccount = EntityKind::kAccount;
constexpr EntityKind kRep = EntityKind::kRep;
constexpr EntityKind kTeam = EntityKind::kTeam;
constexpr EntityKind kProduct = EntityKind::kProduct;
constexpr EntityKind kQuota = EntityKind::kQuota;
constexpr EntityKind kLineItem = EntityKind::kLineItem;
constexpr EntityKind kSplit = EntityKind::kSplit;
constexpr EntityKind kSubmission = EntityKind::kForecastSubmission;
constexpr EntityKind kPeriod = EntityKind::kFiscalPeriod;

namespace attribute = data::attribute;

constexpr std::array<Entry, 67> kEntries = {{
    {kDeal, Role::kCreated, attribute::kCreated, ValueType::kFlag, kDeal},
    {kDeal, Role::kName, attribute::kName, ValueType::kText, kDeal},
    {kDeal, Role::kStage, attribute::kStage, ValueType::kText, kDeal},
    {kDeal, Role::kAmount, attribute::kAmount, ValueType::kMoney, kDeal},
    {kDeal, Role::kCurrency, attribute::kCurrency, ValueType::kText, kDeal},
    {kDeal, Role::kCommitDate, attribute::kCommitDate, ValueType::kDate, kDeal},
    {kDeal, Role::kForecastCategory, attribute::kForecastCategory, ValueType::kText, kDeal},
    {kDeal, Role::kProbability, attribute::kCrmProbability, ValueType::kReal, kDeal},
    {kDeal, Role::kOwner, attribute::kOwner, ValueType::kReference, kRep},
    {kDeal, Role::kAccount, attribute::kAccount, ValueType::kReference, kAccount},
    {kDeal, Role::kProduct, attribute::kProduct, ValueType::kText, kDeal},
    {kDeal, Role::kType, attribute::kType, ValueType::kText, kDeal},
    {kDeal, Role::kLeadSource, attribute::kLeadSource, ValueType::kText, kDeal},
    {kDeal, Role::kNextStep, attribute::kNextStep, ValueType::kText, kDeal},
    {kDeal, Role::kOutcome, attribute::kOutcome, ValueType::kText, kDeal},
    {kDeal, Role::kClosedAmount, attribute::kClosedAmount, ValueType::kMoney, kDeal},
    {kDeal, Role::kQualified, attribute::kQualified, ValueType::kFlag, kDeal},
    {kDeal, Role::kDeleted, attribute::kDeleted, ValueType::kFlag, kDeal},
    {kAccount, Role::kCreated, attribute::kCreated, ValueType::kFlag, kAccount},
    {kAccount, Role::kName, attribute::kName, ValueType::kText, kAccount},
    {kAccount, Role::kIndustry, attribute::kIndustry, ValueType::kText, kAccount},
    {kAccount, Role::kEmployees, attribute::kEmployees, ValueType::kReal, kAccount},
    {kAccount, Role::kRevenue, attribute::kRevenue, ValueType::kReal, kAccount},
    {kAccount, Role::kRegion, attribute::kRegion, ValueType::kText, kAccount},
    {kAccount, Role::kParent, attribute::kParent, ValueType::kReference, kAccount},
    {kAccount, Role::kType, attribute::kType, ValueType::kText, kAccount},
    {kRep, Role::kCreated, attribute::kCreated, ValueType::kFlag, kRep},
    {kRep, Role::kName, attribute::kName, ValueType::kText, kRep},
    {kRep, Role::kTeam, attribute::kTeam, ValueType::kReference, kTeam},
    {kRep, Role::kManager, attribute::kManager, ValueType::kReference, kRep},
    {kRep, Role::kRegion, attribute::kRegion, ValueType::kText, kRep},
    {kRep, Role::kActive, attribute::kActive, ValueType::kFlag, kRep},
    {kTeam, Role::kCreated, attribute::kCreated, ValueType::kFlag, kTeam},
    {kTeam, Role::kName, attribute::kName, ValueType::kText, kTeam},
    {kTeam, Role::kParent, attribute::kParent, ValueType::kReference, kTeam},
    {kProduct, Role::kName, attribute::kName, ValueType::kText, kProduct},
    {kProduct, Role::kType, attribute::kType, ValueType::kText, kProduct},
    {kProduct, Role::kPrice, attribute::kListPrice, ValueType::kMoney, kProduct},
    {kProduct, Role::kCurrency, attribute::kCurrency, ValueType::kText, kProduct},
    {kQuota, Role::kCurrency, attribute::kCurrency, ValueType::kText, kQuota},
    {kTeam, Role::kManager, attribute::kManager, ValueType::kReference, kRep},
    {kLineItem, Role::kDeal, attribute::kDeal, ValueType::kReference, kDeal},
    {kLineItem, Role::kName, attribute::kName, ValueType::kText, kLineItem},
    {kLineItem, Role::kProduct, attribute::kProduct, ValueType::kText, kLineItem},
    {kLineItem, Role::kQuantity, attribute::kQuantity, ValueType::kReal, kLineItem},
    {kLineItem, Role::kPrice, attribute::kUnitPrice, ValueType::kMoney, kLineItem},
    {kLineItem, Role::kAmount, attribute::kAmount, ValueType::kMoney, kLineItem},
    {kLineItem, Role::kDiscount, attribute::kDiscount, ValueType::kReal, kLineItem},
    {kLineItem, Role::kCurrency, attribute::kCurrency, ValueType::kText, kLineItem},
    {kLineItem, Role::kBegin, attribute::kServiceDate, ValueType::kDate, kLineItem},
    {kSplit, Role::kDeal, attribute::kDeal, ValueType::kReference, kDeal},
    {kSplit, Role::kOwner, attribute::kOwner, ValueType::kReference, kRep},
    {kSplit, Role::kType, attribute::kType, ValueType::kText, kSplit},
    {kSplit, Role::kPercent, attribute::kSplitPercent, ValueType::kReal, kSplit},
    {kSplit, Role::kAmount, attribute::kAmount, ValueType::kMoney, kSplit},
    {kSplit, Role::kCurrency, attribute::kCurrency, ValueType::kText, kSplit},
    {kSubmission, Role::kOwner, attribute::kOwner, ValueType::kReference, kRep},
    {kSubmission, Role::kManager, attribute::kManager, ValueType::kReference, kRep},
    {kSubmission, Role::kCategory, attribute::kCategory, ValueType::kText, kSubmission},
    {kSubmission, Role::kAmount, attribute::kAmount, ValueType::kMoney, kSubmission},
    {kSubmission, Role::kAmountOwn, attribute::kAmountOwn, ValueType::kMoney, kSubmission},
    {kSubmission, Role::kCurrency, attribute::kCurrency, ValueType::kText, kSubmission},
    {kSubmission, Role::kBegin, attribute::kPeriodBegin, ValueType::kDate, kSubmission},
    {kPeriod, Role::kName, attribute::kName, ValueType::kText, kPeriod},
    {kPeriod, Role::kType, attribute::kPeriodType, ValueType::kText, kPeriod},
    {kPeriod, Role::kNumber, attribute::kPeriodNumber, ValueType::kReal, kPeriod},
    {kPeriod, Role::kBegin, attribute::kPeriodBegin, ValueType::kDate, kPeriod},
}};

}  // namespace

std::optional<data::AttributeDefinition> AttributeOf(EntityKind kind, Role role) {
  for (const Entry& entry : kEntries) {
    if (entry.kind == kind && entry.role == role) {
      return data::AttributeDefinition{.kind = kind,
                                       .name = std::string(entry.name),
                                       .type = entry.type,
                                       .reference_kind = entry.reference};
    }
  }
  return std::nullopt;
}

std::string CustomName(EntityKind kind, std::string_view column) {
  const bool taken = std::ranges::any_of(kEntries,
                                         [&](const Entry& entry) {
                                           return entry.kind == kind && entry.name == column;
                                         }) ||
                     column == attribute::kUndatedOutcome || column == attribute::kExcluded ||
                     column == attribute::kContactRole || column == attribute::kContactRoleName ||
                     column.starts_with("activity.");
  return (taken ? "custom." : "") + std::string(column);
}

EntityKind KindOf(Noun noun) {
  switch (noun) {
    case Noun::kAccount:
      return kAccount;
    case Noun::kContact:
      return EntityKind::kContact;
    case Noun::kRep:
      return kRep;
    case Noun::kTeam:
      return kTeam;
    case Noun::kProduct:
      return kProduct;
    case Noun::kQuota:
      return kQuota;
    case Noun::kCurrencyRate:
      return EntityKind::kCurrencyRate;
    case Noun::kLineItem:
      return kLineItem;
    case Noun::kSplit:
      return kSplit;
    case Noun::kForecastSubmission:
      return kSubmission;
    case Noun::kFiscalPeriod:
      return kPeriod;
    default:
      return kDeal;
  }
}

std::int64_t StoredReal(double value) {
  // Minus zero has the bits of "no value"; adding zero makes it plain zero.
  return std::bit_cast<std::int64_t>(value + 0.0);
}

}  // namespace ri::ingest
