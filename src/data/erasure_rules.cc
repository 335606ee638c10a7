#include "data/erasure_rules.h"

#include <algorithm>
#include <array>

namespace ri::data {
namespace {

constexpr std::array kKeptOfErased = {
    attribute::kCreated, attribute::kIndustry, attribute::kEmployees, attribute::kRevenue,
    attribute::kRegion,  attribute::kParent,   attribute::kType,      attribute::kTeam,
    attribute::kManager, attribute::kActive,   attribute::kCurrency,  attribute::kDeleted};

constexpr std::array kCategories = {
    attribute::kStage,          attribute::kCurrency, attribute::kForecastCategory,
    attribute::kProduct,        attribute::kType,     attribute::kLeadSource,
    attribute::kOutcome,        attribute::kIndustry, attribute::kRegion,
    attribute::kUndatedOutcome, attribute::kExcluded, attribute::kContactRoleName};

}  // namespace

bool IsKeptOfErased(const AttributeDefinition& definition) {
  return !definition.custom &&
         std::ranges::find(kKeptOfErased, definition.name) != kKeptOfErased.end();
}

bool IsDealText(const AttributeDefinition& definition) {
  return definition.kind == EntityKind::kDeal && definition.type == ValueType::kText &&
         (definition.name == attribute::kName || definition.name == attribute::kNextStep);
}

bool IsCategory(const AttributeDefinition& definition) {
  return definition.type == ValueType::kText && !definition.custom &&
         std::ranges::find(kCategories, definition.name) != kCategories.end();
}

bool IsFeatureSource(const AttributeDefinition& definition) {
  return definition.custom || IsCategory(definition);
}

}  // namespace ri::data
