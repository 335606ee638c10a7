#include "service/quality_fields.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

namespace ri::service {
namespace {

using data::EntityKind;

bool IsEntered(const data::AttributeDefinition& attribute) {
  namespace names = data::attribute;
  constexpr std::array<std::string_view, 12> kBookkeeping = {
      names::kCreated,     names::kOutcome,         names::kClosedAmount, names::kUndatedOutcome,
      names::kQualified,   names::kDeleted,         names::kExcluded,     names::kDataIssue,
      names::kContactRole, names::kContactRoleName, names::kName,         names::kCrmProbability};
  return attribute.kind == EntityKind::kDeal && !attribute.name.starts_with("activity.") &&
         std::ranges::find(kBookkeeping, attribute.name) == kBookkeeping.end();
}

}  // namespace

DealFields::DealFields(const data::EventLog& log) : log_(log) {
  field_of_.assign(log.attributes().size(), -1);
  for (std::size_t i = 0; i < log.attributes().size(); ++i) {
    if (IsEntered(log.attributes()[i])) {
      field_of_[i] = static_cast<int>(attributes_.size());
      attributes_.push_back(static_cast<std::uint32_t>(i));
    }
  }
}

const std::string& DealFields::name(std::size_t field) const { return definition(field).name; }

const data::AttributeDefinition& DealFields::definition(std::size_t field) const {
  return log_.attributes()[attributes_[field]];
}

void DealFields::ValuesAt(std::size_t deal, std::int64_t as_of,
                          std::vector<std::int64_t>& values) const {
  values.assign(count(), data::kNoValue);
  std::vector<std::int64_t> times(count(), std::numeric_limits<std::int64_t>::min());
  for (const data::LoggedEvent& event : log_.events(EntityKind::kDeal, deal)) {
    if (event.visible_time > as_of) {
      break;
    }
    const int field = field_of_[event.attribute];
    if (field >= 0 && event.event_time >= times[static_cast<std::size_t>(field)]) {
      times[static_cast<std::size_t>(field)] = event.event_time;
      values[static_cast<std::size_t>(field)] = event.value;
    }
  }
}

}  // namespace ri::service
